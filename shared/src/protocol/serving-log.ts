/**
 * The serving log on its way from an isolate to the origin: counts of what was served, in numbered reports,
 * so that a missing report is noticed.
 */
import * as z from "zod/mini";
import type { ServedAs, ServedReason } from "./served.ts";

/**
 * The kind of client, by its own User-Agent: a browser, app or television that a person uses, or a program
 * that calls itself one.
 */
export const AGENT_CLASSES = ["browser", "app", "tv", "bot", "none"] as const;
export type AgentClass = (typeof AGENT_CLASSES)[number];

/** Logged for a posted batch of events, since nothing was served. */
export const NOT_SERVED = "none";
/** Logs store positions in this list, so a new rung is added at the end. */
export const LOGGED_AS = [
  "individual",
  "cluster",
  "parent",
  "generic",
  "builtin",
  NOT_SERVED,
  "tailored",
] as const satisfies readonly (ServedAs | typeof NOT_SERVED)[];
/** Logs store positions in this list, so a new reason is added at the end. */
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

/** Counts equal responses to one user within one minute. */
export type ServingRecord = {
  /** See user-hash.ts. */
  readonly user: string;
  /** Minutes since 1970. */
  readonly minute: number;
  /** A context, or `events` for a posted batch of events. */
  readonly context: string;
  readonly as: ServedAs | typeof NOT_SERVED;
  readonly reason: ServedReason | typeof NOT_SERVED;
  readonly cluster: string;
  /** Two letters of ISO 3166-1, or `XX`. */
  readonly country: string;
  /**
   * A network such as `203.0.113.0/24` or `2001:db8:77::/48`, or empty when the platform gives none. It is
   * precise enough to recognise addresses that are used again.
   */
  readonly network: string;
  readonly agent: AgentClass;
  readonly calls: number;
  /** The version of the routing that decided; 0 before an isolate has read one, and for posted events. */
  readonly version: number;
  /** Those of the calls that took longer than a rollout's p99 guard allows; 0 while there is none. */
  readonly slow: number;
};

/**
 * Counts since the isolate started. `calls` minus the calls that arrived is what the isolate counted and
 * never reported.
 */
export type ServingTotals = {
  readonly calls: number;
  /** Calls in reports that could not be delivered and will not be sent again. */
  readonly lost: number;
};

export type ServingReport = {
  readonly isolate: string;
  /** The number of the report, from 0. */
  readonly sequence: number;
  /** A report may be split: this is part `part`, from 0, of `parts`. */
  readonly part: number;
  readonly parts: number;
  readonly totals: ServingTotals;
  /** From when to when the calls came, by the isolate's clock. Absent from isolates of an older version. */
  readonly spanMs?: readonly [fromMs: number, untilMs: number] | undefined;
  /** Reads of KV since the report before, in each of its parts. Absent from isolates of an older version. */
  readonly kvReads?: number | undefined;
  readonly records: readonly ServingRecord[];
  /** Of the isolate's sample. One part of a report has all of them. */
  readonly tuples?: readonly SampledTuple[] | undefined;
};

/** See ../sample/packed-tuple.ts, and how many requests the tuple stands for. */
export type SampledTuple = readonly [packed: string, weight: number];

/**
 * The compact form. `names` holds each string once. A row is [user, minute, context, as, reason, cluster,
 * country, network, agent, calls], where all but user, minute and calls are positions in `names`. `versions`
 * and `slow` have a number for each row; an edge of an older release leaves them out.
 */
export type PackedServingReport = Omit<ServingReport, "records"> & {
  readonly names: readonly string[];
  readonly rows: readonly PackedRow[];
  readonly versions?: readonly number[] | undefined;
  /** Absent where no call was slow. */
  readonly slow?: readonly number[] | undefined;
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
    return [
      user,
      minute,
      numberOf(context),
      numberOf(as),
      numberOf(reason),
      numberOf(cluster),
      numberOf(country),
      numberOf(network),
      numberOf(agent),
      calls,
    ];
  });
  const slow = records.map((record) => record.slow);
  return {
    ...head,
    names: [...numbers.keys()],
    rows,
    versions: records.map(({ version }) => version),
    ...(slow.some((calls) => calls > 0) && { slow }),
  };
}

/** More than an isolate's sample holds. */
const MAX_TUPLES = 256;
const MAX_PACKED_CHARACTERS = 2048;

const count = z.int().check(z.gte(0));
const packedSchema = z.object({
  isolate: z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)),
  sequence: count,
  part: count,
  parts: count,
  totals: z.object({ calls: count, lost: count }),
  spanMs: z.optional(z.tuple([count, count])),
  kvReads: z.optional(count),
  names: z.array(z.string().check(z.maxLength(128))).check(z.maxLength(20_000)),
  tuples: z.optional(
    z
      .array(z.tuple([z.string().check(z.maxLength(MAX_PACKED_CHARACTERS)), z.number().check(z.gte(1))]))
      .check(z.maxLength(MAX_TUPLES)),
  ),
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
  versions: z.optional(z.array(count)),
  slow: z.optional(z.array(count)),
});

/** Returns undefined when `value` is not a valid report. One bad row makes the whole report invalid. */
export function unpackServingReport(value: unknown): ServingReport | undefined {
  const parsed = packedSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { names, rows, versions, slow: slowCalls, ...head } = parsed.data;
  const records: ServingRecord[] = [];
  for (const [at, [user, minute, ...numbers]] of rows.entries()) {
    const [contextAt, asAt, reasonAt, clusterAt, countryAt, networkAt, agentAt, calls] = numbers;
    const [context, cluster] = [names[contextAt], names[clusterAt]];
    const [country, network] = [names[countryAt], names[networkAt]];
    const as = LOGGED_AS.find((known) => known === names[asAt]);
    const reason = LOGGED_REASONS.find((known) => known === names[reasonAt]);
    const agent = AGENT_CLASSES.find((known) => known === names[agentAt]);
    if (context === undefined || cluster === undefined || country === undefined || network === undefined)
      return undefined;
    if (as === undefined || reason === undefined || agent === undefined) return undefined;
    const version = versions?.[at] ?? 0;
    const slow = Math.min(calls, slowCalls?.[at] ?? 0);
    records.push({
      user,
      minute,
      context,
      as,
      reason,
      cluster,
      country,
      network,
      agent,
      calls,
      version,
      slow,
    });
  }
  return { ...head, records };
}
