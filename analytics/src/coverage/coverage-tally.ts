/** Adds up a day of the serving log: calls by minute and rung, and what each user got in each band. */
import { LOGGED_AS, LOGGED_REASONS } from "@spillway/shared/protocol/serving-log.ts";
import type { ServedAs } from "@spillway/shared/protocol/served.ts";
import { UserIndex } from "./user-index.ts";

/** What a response was for its user: made for them, for a cluster that they are in, or for everybody. */
export const LEVELS = ["individual", "cluster", "generic"] as const;
export type Level = (typeof LEVELS)[number];

const LEVEL_OF: Readonly<Record<ServedAs, Level>> = {
  individual: "individual",
  cluster: "cluster",
  parent: "cluster",
  generic: "generic",
  builtin: "generic",
};
/** By position in LOGGED_AS; undefined where nothing was served. */
const LEVEL_AT = LOGGED_AS.map((as) => (as === "none" ? undefined : LEVELS.indexOf(LEVEL_OF[as])));

const INDIVIDUAL = 0b001;
const CLUSTER = 0b010;
const GENERIC = 0b100;

/** Each user stands in exactly one of the first three. */
export type UserClasses = {
  readonly distinct: number;
  /** Every response was individual. */
  readonly fullyPersonalized: number;
  /** Some responses were, some not. */
  readonly partlyPersonalized: number;
  readonly nonePersonalized: number;
  /** With at least one response that was not individual. */
  readonly someUnpersonalized: number;
  /** With at least one cluster page (or its parent's). */
  readonly someCluster: number;
  /** Of those with at least one unpersonalized response, who never got the generic page: what clusters saved. */
  readonly clusterInsteadOfGeneric: number;
  /** With at least one generic page. */
  readonly someGeneric: number;
};

export type CallCounts = Readonly<Record<Level | "total", number>>;

export class CoverageTally {
  readonly #bandOf: Uint8Array;
  readonly #users = new UserIndex();
  /** By band, by user: which levels they have seen, a bit for each. */
  #seen: Uint8Array[];
  /** By level, by minute. */
  readonly #calls: readonly Float64Array[];
  readonly #byAs = new Float64Array(LOGGED_AS.length);
  readonly #byReason = new Float64Array(LOGGED_REASONS.length);

  /** `bandOf`: by minute of the day, see band-minutes.ts. */
  constructor(bandOf: Uint8Array, bands: number) {
    this.#bandOf = bandOf;
    this.#seen = Array.from({ length: bands }, () => new Uint8Array(1024));
    this.#calls = LEVELS.map(() => new Float64Array(bandOf.length));
  }

  /** `minute` of the operator's day; `as` and `reason` by position, see shared/src/protocol/serving-log.ts. */
  note(userHigh: number, userLow: number, minute: number, as: number, reason: number, calls: number): void {
    this.#byAs[as] = (this.#byAs[as] ?? 0) + calls;
    const level = LEVEL_AT[as];
    if (level === undefined) return;
    this.#byReason[reason] = (this.#byReason[reason] ?? 0) + calls;
    const counts = this.#calls[level];
    if (counts !== undefined) counts[minute] = (counts[minute] ?? 0) + calls;
    const user = this.#users.numberOf(userHigh, userLow);
    const seen = this.#seenIn(this.#bandOf[minute] ?? 0, user);
    seen[user] = (seen[user] ?? 0) | (1 << level);
  }

  #seenIn(band: number, user: number): Uint8Array {
    const seen = this.#seen[band];
    if (seen !== undefined && user < seen.length) return seen;
    this.#seen = this.#seen.map((old) => {
      const larger = new Uint8Array(Math.max(1024, 2 * old.length));
      larger.set(old);
      return larger;
    });
    return this.#seenIn(band, user);
  }

  /** Of the day, or within one band. */
  users(band?: number): UserClasses {
    const counts = { distinct: 0, fully: 0, partly: 0, none: 0, cluster: 0, saved: 0, generic: 0 };
    const bands = this.#seen.filter((_, at) => band === undefined || at === band);
    for (let user = 0; user < this.#users.size; user += 1) {
      let seen = 0;
      for (const flags of bands) seen |= flags[user] ?? 0;
      if (seen === 0) continue;
      counts.distinct += 1;
      if (seen === INDIVIDUAL) counts.fully += 1;
      else if ((seen & INDIVIDUAL) > 0) counts.partly += 1;
      else counts.none += 1;
      if ((seen & CLUSTER) > 0) counts.cluster += 1;
      if ((seen & GENERIC) > 0) counts.generic += 1;
      else if ((seen & CLUSTER) > 0) counts.saved += 1;
    }
    return {
      distinct: counts.distinct,
      fullyPersonalized: counts.fully,
      partlyPersonalized: counts.partly,
      nonePersonalized: counts.none,
      someUnpersonalized: counts.partly + counts.none,
      someCluster: counts.cluster,
      clusterInsteadOfGeneric: counts.saved,
      someGeneric: counts.generic,
    };
  }

  /** Of the day, or within one band. */
  calls(band?: number): CallCounts {
    const sumOf = (level: Level): number =>
      this.perMinute(level).reduce(
        (sum, calls, minute) => sum + (band === undefined || this.#bandOf[minute] === band ? calls : 0),
        0,
      );
    const [individual, cluster, generic] = [sumOf("individual"), sumOf("cluster"), sumOf("generic")];
    return { total: individual + cluster + generic, individual, cluster, generic };
  }

  perMinute(level: Level): readonly number[] {
    return [...(this.#calls[LEVELS.indexOf(level)] ?? [])];
  }

  /** With `none`: batches of events that were posted. */
  byAs(): Record<string, number> {
    return Object.fromEntries(LOGGED_AS.map((as, at) => [as, this.#byAs[at] ?? 0]));
  }

  /** Those that occur. */
  byReason(): Record<string, number> {
    return Object.fromEntries(
      LOGGED_REASONS.map((reason, at) => [reason, this.#byReason[at] ?? 0] as const).filter(
        ([, calls]) => calls > 0,
      ),
    );
  }
}
