/**
 * Each step of the request path alone, many times over: `GET /?step=signals&times=10000` answers the
 * milliseconds.
 */
import { IsolateAdmission } from "@spillway/shared/admission/isolate-admission.ts";
import { compileClusterIndex, parseClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { compileRouting, type CompiledRouting } from "@spillway/shared/routing/routing.ts";
import type { Rule } from "@spillway/shared/routing/rules/rule-schema.ts";
import type { RuleOutcome } from "@spillway/shared/routing/rules/rule-input.ts";
import { entryOfHost } from "@spillway/shared/signals/referrer.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { compileSuspects } from "@spillway/shared/protocol/suspects.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { createVisitorIds } from "@spillway/edge/identity/visitor-ids.ts";
import { decidePolicy } from "@spillway/shared/admission/policy.ts";
import { readIncoming } from "@spillway/edge/request/incoming.ts";
import type { PlacedVisit } from "@spillway/edge/recommend/placed-visit.ts";
import { createSample } from "@spillway/edge/serving-log/sample.ts";
import { NOTHING_READ } from "@spillway/edge/viewer/viewer.ts";
import { assignCluster } from "@spillway/edge/published/cluster-source.ts";
import { requestSignals } from "@spillway/edge/request/request-signals.ts";
import { toResponse } from "@spillway/edge/recommend/response.ts";

type Bindings = { readonly PAGES: KVNamespace };

type Visit = { readonly url: string; readonly headers: Record<string, string> };

const ROUTING = compileRouting({
  version: 1,
  routing: {
    time_zone: "UTC",
    mode: "auto",
    deadline_ms: 250,
    bands: [{ name: "all day", from: "00:00", threshold_per_s: 100 }],
    rules: [{ when: { campaign: "press-*" }, then: "generic" }],
  },
});

const ROUTING_OF_500 = compileRouting({
  version: 1,
  routing: {
    time_zone: "UTC",
    mode: "auto",
    deadline_ms: 250,
    bands: [{ name: "all day", from: "00:00", threshold_per_s: 100 }],
    rules: Array.from({ length: 500 }, (_, at) => ruleOf(at)),
  },
});

/** Rules as operators write them, none of which holds for a visitor of the benchmark. */
function ruleOf(at: number): Rule {
  const campaign = `derby-${at}`;
  const ways: readonly Partial<Rule>[] = [
    { when: { campaign, entry: ["social", "ad"] } },
    { when: { campaign: `${campaign}-*` } },
    { when: { entry: ["direct", "internal", "ad"], event: `match-${at}` } },
    { if: { all: [{ field: "campaign", is: [campaign] }, { not: { field: "device", is: ["tv"] } }] } },
    {
      if: {
        any: [
          { field: "team", is: [`T${at}`] },
          { field: "team", starts: [`U${at}`] },
        ],
      },
    },
    { when: { entry: "*" }, fromMs: 0, untilMs: 1 + at },
    { when: { device: "*" }, contexts: ["kids"] },
  ];
  return { name: `rule of ${at}`, then: "generic", ...ways[at % ways.length] };
}

function outcomeFor({ rules, bandAt }: CompiledRouting, signals: Signals): RuleOutcome | undefined {
  const nowMs = Date.now();
  const band = bandAt(nowMs).name;
  return rules.outcomeFor({ signals, context: "homepage", band, country: "ES", nowMs, shareOf: () => 0.5 });
}

/** Hosts that lists have, by themselves, by a parent or in any country, and one that none has. */
const HOSTS = [
  "facebook.com",
  "es.search.yahoo.com",
  "google.co.uk",
  "m.blog.naver.com",
  "pinterest.com.mx",
  "webmail.some-university.ac.uk",
  "old.reddit.com",
  "www2.sport.some-newspaper.example",
];
/** The baseline: the same hosts, each listed as it is, among as many as the lists have. */
const BARE = new Map(
  [...HOSTS, ...Array.from({ length: 1200 }, (_, at) => `h${at}.example`)].map((host, at) => [host, at]),
);

/** An isolate in the middle of a spike: its credit is used up. */
function spentIsolate(): IsolateAdmission {
  const isolate = new IsolateAdmission({ isolate: "i1", draw: () => 0, hasWatch: true });
  const first = isolate.arrive(Date.now(), "stranger");
  if (first.kind !== "page") {
    isolate.answered(first.ticket, { kind: "share", ratePerSec: 0.001, leaseMs: 1e9 }, Date.now());
  }
  return isolate;
}

function pick<Value>(values: readonly Value[], at: number): Value {
  return values[at % values.length] as Value;
}

async function prepare({ PAGES }: Bindings): Promise<Record<string, (at: number) => unknown>> {
  const visits = (await PAGES.get<Visit[]>("visits", "json")) ?? [];
  const index = parseClusterIndex(await PAGES.get("cluster-index", "json"));
  if (!index.ok || visits.length === 0) throw new Error("KV holds no index, or no visits");
  const clusters = compileClusterIndex(index.value);
  const requests = visits.map(({ url, headers }) => new Request(url, { headers }));
  const signals = requests.map((request) => requestSignals(readIncoming(request), undefined));
  const isolate = spentIsolate();
  const listed = compileSuspects(await PAGES.get("suspects", "json"));
  if (!listed.ok) throw new Error("KV holds no suspects");
  const suspects = listed.value;
  const hashUser = createUserHash("a-secret-for-the-benchmark");
  const visitorIds = createVisitorIds(hashUser);
  const recorded = sampledVisits(signals, hashUser);
  const body = new Uint8Array(20_000);
  const page = {
    as: "cluster",
    body,
    contentHash: "abcdefghijklmnop",
    cluster: "esp.social",
    generation: 7,
    builtAtMs: 1,
  } as const;
  return {
    signals: (at) => requestSignals(readIncoming(pick(requests, at)), undefined),
    referrer: (at) => entryOfHost(pick(HOSTS, at)),
    bareMap: (at) => BARE.get(pick(HOSTS, at)),
    assign: (at) => {
      const visitor: Signals = pick(signals, at);
      return assignCluster(clusters, outcomeFor(ROUTING, visitor), visitor);
    },
    rules500: (at) => {
      if (outcomeFor(ROUTING_OF_500, pick(signals, at)) !== undefined) throw new Error("no rule may hold");
      return true;
    },
    admit: () => {
      const nowMs = Date.now();
      const thresholdPerSec = ROUTING.bandAt(nowMs).threshold_per_s;
      decidePolicy({
        mode: ROUTING.modeAt(nowMs),
        rule: undefined,
        thresholdPerSec,
        originOnly: false,
        suspect: false,
        heldOut: undefined,
        claim: "stranger",
      });
      return isolate.arrive(nowMs, "stranger");
    },
    // Half a million are listed, of whom nobody asks.
    suspectNew: (at) => suspects.has(hashUser(`user-${at}`), 0),
    suspectKnown: (at) => suspects.has(hashUser(`user-${at % 1000}`), 0),
    visitorId: () => visitorIds.issue(),
    record: (at) => recorded(at),
    headers: () =>
      toResponse(
        { kind: "page", reason: "over-threshold", assigned: "esp.social", page },
        {
          ifNoneMatch: null,
          cookies: [undefined, undefined],
          cookieSite: { secure: true, crossSite: false },
          startedMs: 1,
          nowMs: 2,
          clockOffsetMs: 0,
        },
      ),
  };
}

/** The recording of a visit in the sample, at 10,000 requests between two reports. */
function sampledVisits(
  signals: readonly Signals[],
  hashUser: (user: string) => string,
): (at: number) => unknown {
  const sample = createSample({ draw: Math.random, hashUser, everyMs: 0 });
  const visits = signals.map(
    (own, at) =>
      ({
        incoming: { headers: new Headers() },
        query: { context: "homepage" },
        visitor: { user: `user-${at}`, newCookie: undefined },
        userHash: "0123456789abcdef",
        state: { routing: ROUTING, clusters: {} },
        signals: own,
        audience: { country: "ES" },
        rule: undefined,
        cluster: { id: "esp.social" },
        heldOut: undefined,
        viewerReading: NOTHING_READ,
        requestContext: { nowMs: Date.now() },
      }) as unknown as PlacedVisit,
  );
  const served = { as: "cluster", reason: "over-threshold" } as const;
  return (at) => {
    sample.add(pick(visits, at), served);
    return at % 10_000 === 0 ? sample.take(at) : at;
  };
}

let prepared: Promise<Record<string, (at: number) => unknown>> | undefined;

export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const step = (await (prepared ??= prepare(env)))[searchParams.get("step") ?? ""];
    if (step === undefined) return new Response("there is no such step", { status: 404 });
    const times = Number(searchParams.get("times"));
    const startedMs = Date.now();
    let kept: unknown;
    for (let at = 0; at < times; at += 1) kept = step(at);
    const elapsedMs = Date.now() - startedMs;
    // What was made last is looked at, so that nothing can be left out as useless.
    return Response.json({ elapsedMs, made: kept !== undefined });
  },
};
