/**
 * Every parser of what others write, with mutations of what it takes: whatever comes, it answers and does not
 * throw.
 */
import type { Random } from "@spillway/demo/random.ts";
import { parseCredit, parseDemand } from "@spillway/shared/admission/credit.ts";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { parseEventBatch, parseStoredEvents } from "@spillway/shared/protocol/events.ts";
import { itemSchema } from "@spillway/shared/protocol/catalogue.ts";
import { publishedIssues } from "@spillway/shared/protocol/published.ts";
import { parseServed } from "@spillway/shared/protocol/served.ts";
import { packServingReport, unpackServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { parseTimeMs } from "@spillway/shared/protocol/time.ts";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import { readViewerState, viewerStateBytes } from "@spillway/model/profile/viewer-state-codec.ts";
import { signalsSchema, NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { mutateJson } from "./mutate-json.ts";
import { mutateJsonText, mutateText } from "./mutate-text.ts";
import { DOCUMENTS, goodSite } from "./site.ts";
import type { RunCase } from "./target.ts";
import { VIEWER } from "./viewer.ts";

type Parser =
  | { readonly of: "json"; readonly good: string; readonly parse: (value: unknown) => unknown }
  | { readonly of: "text"; readonly good: string; readonly parse: (text: string) => unknown };

const NOW_MS = Date.UTC(2026, 6, 10, 18);
const EVENT = {
  id: "e1",
  type: "play",
  item: "i1",
  user: "u1",
  context: "homepage",
  position: 2,
  progress: 0.5,
};
const REPORT = packServingReport({
  isolate: "i1",
  sequence: 0,
  part: 0,
  parts: 1,
  totals: { calls: 3, lost: 0 },
  records: [
    {
      user: "0123456789abcdef",
      minute: 29_000_000,
      context: "homepage",
      as: "cluster",
      reason: "over-threshold",
      cluster: "generic",
      country: "ES",
      network: "203.0.113.0/24",
      agent: "tv",
      calls: 3,
      version: 1,
      slow: 0,
    },
  ],
});
const ITEM = {
  id: "i1",
  title: "One",
  kind: "movie",
  genres: ["Drama"],
  teams: ["ESP"],
  publishedAt: "2026-07-01T00:00:00Z",
  durationMin: 90,
  territories: { allowed: ["GB", "ie"] },
  ageRating: 12,
};
const TOML = `time_zone = "Europe/Madrid"
deadline_ms = 250
[[bands]]
name = "A"
from = "02:00"
threshold_per_s = 500
[[rules]]
when = { campaign = "press-*", entry = ["social", "ad"] }
then = "generic"
[[rules]]
name = "night"
if = 'band == "A" && (campaign.startsWith("qf-") || entry in ["social", "ad"]) && !(country == "GB")'
then = "tailored"
from = 2026-07-10T19:00:00
until = 2026-07-11T01:00:00Z
contexts = ["homepage"]
share = 0.25
[[rules.tests]]
signals = { campaign = "qf-esp-bel" }
band = "A"
expect = "tailored"
`;
const site = goodSite();

const PARSERS: Readonly<Record<string, Parser>> = {
  events: {
    of: "json",
    good: JSON.stringify({ events: [{ ...EVENT, time: "2026-07-10T18:00:00Z" }] }),
    parse: (value) => parseEventBatch(value, { user: "u1", nowMs: NOW_MS }),
  },
  "stored events": {
    of: "json",
    good: JSON.stringify({ events: [{ ...EVENT, timeMs: NOW_MS, signals: NO_SIGNALS }] }),
    parse: parseStoredEvents,
  },
  "serving report": { of: "json", good: JSON.stringify(REPORT), parse: unpackServingReport },
  item: { of: "json", good: JSON.stringify(ITEM), parse: (value) => itemSchema.safeParse(value) },
  pins: {
    of: "json",
    good: JSON.stringify({
      pins: [
        {
          id: "p",
          when: { team: "ESP" },
          items: ["i1"],
          from: "2026-07-01T00:00:00Z",
          until: "2026-08-01T00:00:00Z",
        },
      ],
    }),
    parse: (value) => pinsSchema.safeParse(value),
  },
  signals: { of: "json", good: JSON.stringify(NO_SIGNALS), parse: (value) => signalsSchema.safeParse(value) },
  routing: { of: "text", good: TOML, parse: (text) => parseRoutingText(text, "toml") },
  served: {
    of: "text",
    good: 'cluster;reason=over-threshold;cluster="generic";generation=1;age=5',
    parse: parseServed,
  },
  credit: { of: "text", good: "share;rate=0.525;lease=5714", parse: parseCredit },
  demand: { of: "text", good: "i1;demand=12.500;arrivals=87", parse: parseDemand },
  time: { of: "text", good: "2026-07-10T18:00:00Z", parse: parseTimeMs },
  cookie: {
    of: "text",
    good: VIEWER,
    parse: (text) => readViewerState(viewerStateBytes(text) ?? new Uint8Array()),
  },
  ...Object.fromEntries(
    Object.entries(DOCUMENTS).map(([key, good]) => [
      `published ${key}`,
      { of: "text" as const, good, parse: (text: string) => publishedIssues(key, text) },
    ]),
  ),
  "published page": {
    of: "text",
    good: String(site.get("page:homepage:generic")?.value),
    parse: (text) =>
      publishedIssues("page:homepage:generic", text, site.get("page:homepage:generic")?.metadata),
  },
};

export function parsersTarget(): RunCase {
  const names = Object.keys(PARSERS);
  // oxlint-disable-next-line typescript/require-await -- a target's case is a promise
  return async (random) => {
    const name = random.pick(names);
    const parser = PARSERS[name] as Parser;
    const input =
      parser.of === "json" ? mutateJson(JSON.parse(parser.good), random) : mutatedText(parser.good, random);
    const faults: string[] = [];
    try {
      if (parser.of === "json") parser.parse(input);
      else parser.parse(String(input));
    } catch (error) {
      faults.push(`the parser of ${name} throws ${String(error)}`);
    }
    return {
      outcome: name,
      faults,
      input: () => `${name}: ${parser.of === "json" ? JSON.stringify(input) : String(input)}`,
    };
  };
}

function mutatedText(good: string, random: Random): string {
  if (!good.startsWith("{")) return mutateText(good, random);
  return random.chance(0.5)
    ? (JSON.stringify(mutateJson(JSON.parse(good), random)) ?? "")
    : mutateJsonText(good, random);
}
