/** The serving log on its way from an isolate to the origin: what was served, added up, and numbered so that gaps show. */
import * as z from "zod/mini";
import { SERVED_AS, type ServedAs, type ServedReason } from "./served.ts";

/** Who speaks: a browser or an app with a person in front of it, as far as its name tells, or a program that says it is one. */
export const AGENT_CLASSES = ["browser", "app", "tv", "bot", "none"] as const;
export type AgentClass = (typeof AGENT_CLASSES)[number];

/** Of a batch of events that was posted: nothing was served. */
export const NOT_SERVED = "none";
export const LOGGED_AS = [...SERVED_AS, NOT_SERVED] as const;
/** Logs keep their positions: what is new comes last. */
export const LOGGED_REASONS = [
  "admitted",
  "over-threshold",
  "deadline",
  "origin-error",
  "origin-unreachable",
  "forced",
  "rule",
  "requested",
  "no-model",
  "suspect",
  NOT_SERVED,
  "holdout",
] as const satisfies readonly (ServedReason | typeof NOT_SERVED)[];

/** Equal responses to one user within one minute. */
export type ServingRecord = {
  /** See user-hash.ts. */
  readonly user: string;
  /** Minutes since 1970. */
  readonly minute: number;
  /** A context, or `events` for a batch of events that was posted. */
  readonly context: string;
  readonly as: ServedAs | typeof NOT_SERVED;
  readonly reason: ServedReason | typeof NOT_SERVED;
  readonly cluster: string;
  /** ISO 3166-1, two letters, or `XX`. */
  readonly country: string;
  /** `203.0.113.0/24` or `2001:db8:77::/48`, or empty where the platform tells none: enough to see addresses used again. */
  readonly network: string;
  readonly agent: AgentClass;
  readonly calls: number;
};

/** Since the isolate started. What it has counted and never reported is `calls` minus what arrived. */
export type ServingTotals = {
  readonly calls: number;
  /** In reports that could not be handed over, and so never will be. */
  readonly lost: number;
};

export type ServingReport = {
  readonly isolate: string;
  /** From 0, one more with each report. */
  readonly sequence: number;
  /** A report may be cut: this is part `part`, from 0, of `parts`. */
  readonly part: number;
  readonly parts: number;
  readonly totals: ServingTotals;
  readonly records: readonly ServingRecord[];
};

/** Strings stand once, in `names`; a record is [user, minute, context, as, reason, cluster, country, network, agent, calls], numbers of names where there are strings. */
export type PackedServingReport = Omit<ServingReport, "records"> & {
  readonly names: readonly string[];
  readonly rows: readonly PackedRow[];
};

type PackedRow = readonly [string, number, number, number, number, number, number, number, number, number];

export function packServingReport({ records, ...head }: ServingReport): PackedServingReport {
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  };
  const rows = records.map((record): PackedRow => {
    const { user, minute, context, as, reason, cluster, country, network, agent, calls } = record;
    const [c, a, r, k, l, n, g] = [context, as, reason, cluster, country, network, agent].map(numberOf) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return [user, minute, c, a, r, k, l, n, g, calls];
  });
  return { ...head, names: [...numbers.keys()], rows };
}

const count = z.int().check(z.gte(0));
const packedSchema = z.object({
  isolate: z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)),
  sequence: count,
  part: count,
  parts: count,
  totals: z.object({ calls: count, lost: count }),
  names: z.array(z.string().check(z.maxLength(128))).check(z.maxLength(20_000)),
  rows: z
    .array(
      z.tuple([
        z.string().check(z.regex(/^[0-9a-f]{16}$/)),
        count,
        count,
        count,
        count,
        count,
        count,
        count,
        count,
        count,
      ]),
    )
    .check(z.maxLength(20_000)),
});

/** Undefined when it is no report: not a row of it is used then. */
export function unpackServingReport(value: unknown): ServingReport | undefined {
  const parsed = packedSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { names, rows, ...head } = parsed.data;
  const records: ServingRecord[] = [];
  for (const [user, minute, c, a, r, k, l, n, g, calls] of rows) {
    const [context, cluster, country, network] = [names[c], names[k], names[l], names[n]];
    const as = LOGGED_AS.find((known) => known === names[a]);
    const reason = LOGGED_REASONS.find((known) => known === names[r]);
    const agent = AGENT_CLASSES.find((known) => known === names[g]);
    if (context === undefined || cluster === undefined || country === undefined || network === undefined)
      return undefined;
    if (as === undefined || reason === undefined || agent === undefined) return undefined;
    records.push({ user, minute, context, as, reason, cluster, country, network, agent, calls });
  }
  return { ...head, records };
}
