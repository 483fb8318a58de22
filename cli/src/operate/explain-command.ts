/** `spillway explain <url>` shows a request's signals, its rule or cluster, and what it would be served. */
import { Command } from "commander";
import {
  compileClusterIndex,
  definitionOf,
  formatDefinition,
} from "@spillway/shared/clusters/cluster-index.ts";
import { parametersOf } from "@spillway/shared/protocol/parameters.ts";
import { readQuery } from "@spillway/shared/protocol/request-query.ts";
import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import { ruleInForce } from "@spillway/shared/routing/rule-clusters.ts";
import { stickyDraw } from "@spillway/shared/routing/sticky-draw.ts";
import { compileRouting, type CompiledRouting } from "@spillway/shared/routing/routing.ts";
import type { RuleOutcome } from "@spillway/shared/routing/rules/rule-input.ts";
import { readTerritory } from "@spillway/shared/protocol/territories.ts";
import type { ProfileSignals, SignalName, Signals, TextForms } from "@spillway/shared/signals/signals.ts";
import { hostsOfOrigins, readHosts, type SiteHosts } from "@spillway/shared/signals/site-hosts.ts";
import { GENERIC_CLUSTER, QUERY_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { getPage } from "@spillway/store/pages/pages.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { clusterIndex, type StoredIndex } from "@spillway/store/state.ts";
import { profileInCookie, readProfile } from "./explain-profile.ts";
import { describe, type Explanation, type Signal, type Step } from "./explain-report.ts";

type Options = {
  readonly cookie?: string;
  readonly profile?: ProfileSignals;
  readonly referrer?: string;
  readonly userAgent?: string;
  readonly country?: string;
  readonly json?: boolean;
};

export function explainCommand(): Command {
  return new Command("explain")
    .description("show a request's signals, the rule or cluster they lead to, and what would be served")
    .argument("<url>", "the request, such as 'http://localhost:8787/recommendations?user=u42&team=ESP'")
    .option("--cookie <header>", "the Cookie header, such as 'team=ESP; spillway_viewer=AQ…'")
    .option(
      "--profile <signals>",
      "taste, recency and depth in the place of a viewer cookie, such as drama.fresh.regular",
      readProfile,
    )
    .option("--referrer <url>", "the Referer header")
    .option("--user-agent <text>", "the User-Agent header")
    .option("--country <code>", "the country that the platform would report, such as ES")
    .option("--json", "print an object")
    .addHelpText(
      "after",
      "\nOWN_HOSTS, RETURN_HOSTS and ALLOWED_ORIGINS of the environment count as they do at the edge.\n\nExit codes: 0 explained, 2 not a URL.",
    )
    .action(async (url: string, options: Options) => {
      process.exitCode = await run(url, options);
    });
}

async function run(text: string, options: Options): Promise<number> {
  const url =
    URL.parse(text) ?? (/^[/?]/.test(text) ? URL.parse(text, "http://localhost:8787/recommendations") : null);
  if (url === null) {
    console.error(`"${text}" is not a URL`);
    return 2;
  }
  const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
  try {
    const explanation = await explain(database, url, options);
    console.log(options.json === true ? JSON.stringify(explanation, undefined, 2) : describe(explanation));
    return 0;
  } finally {
    database.close();
  }
}

/** As the edge reads its variables; `start` gives it these from the same environment. */
function siteHosts({
  ALLOWED_ORIGINS = "",
  OWN_HOSTS = "",
  RETURN_HOSTS = "",
}: NodeJS.Dict<string>): SiteHosts {
  const origins = hostsOfOrigins(ALLOWED_ORIGINS.split(/[\s,]+/));
  return {
    ownHosts: [...origins, ...readHosts(OWN_HOSTS).hosts],
    returnHosts: readHosts(RETURN_HOSTS).hosts,
  };
}

async function explain(database: Database, url: URL, options: Options): Promise<Explanation> {
  const headers = new Map([
    ["cookie", options.cookie],
    ["referer", options.referrer],
    ["user-agent", options.userAgent],
  ]);
  const sources: Record<string, Signal> = {};
  const signals = readSignals(
    {
      url,
      header: (name) => headers.get(name.toLowerCase()),
      country: options.country,
      profile: options.profile ?? profileInCookie(options.cookie),
      ...siteHosts(readEnvironment()),
    },
    (signal: SignalName, value: string, from: string) => {
      sources[signal] = { value, from };
    },
  );
  const asked = readQuery(parametersOf(url.search));
  const context =
    asked.kind === "query" ? asked.query.context : (url.searchParams.get("context") ?? "homepage");
  const operatorStore = sqliteOperatorStore(database);
  const stored = await operatorStore.routing.current();
  const routing =
    stored === undefined
      ? undefined
      : compileRouting({
          version: stored.version,
          routing: stored.value.routing,
          override: await operatorStore.modeOverride.current(Date.now()),
        });
  const index = clusterIndex(database);
  const compiled = index === undefined ? undefined : compileClusterIndex(index.index);
  const nowMs = Date.now();
  const band = routing?.bandAt(nowMs);
  const query = asked.kind === "query" ? asked.query : undefined;
  const matching = routing?.rules.outcomeFor({
    signals,
    context,
    band: band?.name ?? "",
    // As the edge has it: what the platform says of the country counts, and no parameter.
    country:
      options.country === undefined
        ? (query?.audience.country ?? readTerritory(signals.region))
        : readTerritory(options.country),
    nowMs,
    shareOf: (salt) => stickyDraw(salt, query?.user ?? ""),
  });
  const rule = ruleInForce(matching, compiled);
  const cluster = rule?.kind === "cluster" ? rule.cluster : compiled?.assign(signals).id;
  const clusters =
    index === undefined || cluster === undefined ? [] : pathOf(database, index, cluster, context);
  return {
    url: url.href,
    context,
    signals: withTexts(sources, signals, index),
    ...(matching !== undefined && {
      rule: {
        number: matching.rule + 1,
        name: routing?.rules.names[matching.rule] ?? "",
        then: matching.kind === "cluster" ? matching.cluster : matching.kind,
        inForce: rule !== undefined,
      },
    }),
    clusters,
    band: band?.name ?? "none",
    thresholdPerSec: routing?.thresholdAt(nowMs) ?? 0,
    mode: routing?.modeAt(Date.now()) ?? "auto",
    served: isContext(context)
      ? outcome(routing, rule, clusters[0]?.id ?? GENERIC_CLUSTER)
      : same(`404: "${context}" is not a context; the contexts are ${KNOWN_CONTEXTS.join(", ")}`),
  };
}

/** The request itself tells the texts of campaign and event, and the index that of a taste segment. */
function withTexts(
  sources: Readonly<Record<string, Signal>>,
  { texts = {}, affinity }: Signals,
  stored: StoredIndex | undefined,
): Record<string, Signal> {
  const split = stored?.index.nodes.find((node) => node.split?.texts?.[affinity] !== undefined)?.split;
  const known: Record<string, TextForms | undefined> = { ...texts, affinity: split?.texts?.[affinity] };
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => {
      const text = known[name]?.text;
      return [name, text === undefined ? source : { ...source, text }];
    }),
  );
}

/** The cluster and its ancestors. */
function pathOf(
  database: Database,
  { index: { nodes } }: StoredIndex,
  cluster: string,
  context: string,
): Step[] {
  const steps: Step[] = [];
  let at = nodes.findIndex(({ id }) => id === cluster);
  for (let node = nodes[at]; node !== undefined; at = node.parent, node = nodes[at]) {
    const page = getPage(database, context, node.id);
    steps.push({
      id: node.id,
      definition: formatDefinition(definitionOf(nodes, at)),
      page:
        page === undefined
          ? "no page"
          : `generation ${page.generation}, built ${new Date(page.builtMs).toISOString()}`,
    });
  }
  return steps;
}

function outcome(
  routing: CompiledRouting | undefined,
  rule: RuleOutcome | undefined,
  cluster: string,
): Explanation["served"] {
  if (rule?.kind === "cluster") return same(`${pageName(rule.cluster)}, by the rule`);
  if (rule?.kind === "tailored") {
    return same(`tailored where the viewer is known, else ${pageName(cluster)}, by the rule`);
  }
  const mode = routing?.modeAt(Date.now());
  if (mode === "force-cluster") return same(`${pageName(cluster)}, by mode force-cluster`);
  if (mode === "force-individual") return same("individual, by mode force-individual");
  if (routing?.thresholdAt(Date.now()) === 0) {
    return same(`${pageName(cluster)}: the band's threshold is 0`);
  }
  return { underThreshold: "individual", overThreshold: pageName(cluster) };
}

const KNOWN_CONTEXTS: readonly string[] = [...PAGE_CONTEXTS, ...QUERY_CONTEXTS];

function isContext(context: string): boolean {
  return KNOWN_CONTEXTS.includes(context);
}

function pageName(id: string): string {
  return id === GENERIC_CLUSTER ? "generic" : `cluster ${id}`;
}

function same(what: string): Explanation["served"] {
  return { underThreshold: what, overThreshold: what };
}
