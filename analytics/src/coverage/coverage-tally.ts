/** Adds up a day of the serving log: calls by minute and rung, and what each user got in each band. */
import { LOGGED_AS, LOGGED_REASONS } from "@spillway/shared/protocol/serving-log.ts";
import type { ServedAs } from "@spillway/shared/protocol/served.ts";
import { UserIndex } from "./user-index.ts";

/**
 * How personal a response was: made for the user by the origin or at the edge, for a cluster that the user is
 * in, or for everybody.
 */
export const LEVELS = ["individual", "tailored", "cluster", "generic"] as const;
export type Level = (typeof LEVELS)[number];

const LEVEL_OF: Readonly<Record<ServedAs, Level>> = {
  individual: "individual",
  tailored: "tailored",
  cluster: "cluster",
  parent: "cluster",
  generic: "generic",
  builtin: "generic",
};
/** The level of each position in LOGGED_AS; undefined when nothing was served. */
const LEVEL_AT = LOGGED_AS.map((as) => (as === "none" ? undefined : LEVELS.indexOf(LEVEL_OF[as])));

const INDIVIDUAL = 0b0001;
const TAILORED = 0b0010;
const CLUSTER = 0b0100;
const GENERIC = 0b1000;
/** Made for this user. */
const PERSONALIZED = INDIVIDUAL | TAILORED;

/** Each user is counted in exactly one of the classes fully, partly and none. */
export type UserClasses = {
  readonly distinct: number;
  /** All of the user's responses were made for them: individual, or tailored. */
  readonly fullyPersonalized: number;
  /** Some of the user's responses were made for them, and some were not. */
  readonly partlyPersonalized: number;
  readonly nonePersonalized: number;
  /** At least one response was made for more than this user. */
  readonly someUnpersonalized: number;
  /** At least one response was not the origin's own: without any page at the edge, a generic one. */
  readonly someNotIndividual: number;
  /** At least one response was tailored at the edge. */
  readonly someTailored: number;
  /** At least one response was a page of the cluster or of its parent. */
  readonly someCluster: number;
  /**
   * At least one response was a cluster's page, and none was the generic page: clusters have prevented that.
   */
  readonly clusterInsteadOfGeneric: number;
  /** At least one response was the generic page. */
  readonly someGeneric: number;
};

export type CallCounts = Readonly<Record<Level | "total", number>>;

export class CoverageTally {
  readonly #bandOf: Uint8Array;
  readonly #users = new UserIndex();
  /** For each band and user, a bit for each level that the user has got. */
  #seen: Uint8Array[];
  /** Calls by level and minute. */
  readonly #calls: readonly Float64Array[];
  readonly #byAs = new Float64Array(LOGGED_AS.length);
  readonly #byReason = new Float64Array(LOGGED_REASONS.length);

  /** `bandOf` is the band of each minute of the day, see band-minutes.ts. */
  constructor(bandOf: Uint8Array, bands: number) {
    this.#bandOf = bandOf;
    this.#seen = Array.from({ length: bands }, () => new Uint8Array(1024));
    this.#calls = LEVELS.map(() => new Float64Array(bandOf.length));
  }

  /**
   * Counts one record. `minute` is a minute of the operator's day. `as` and `reason` are positions in the
   * lists of shared/src/protocol/serving-log.ts.
   */
  add(userHigh: number, userLow: number, minute: number, as: number, reason: number, calls: number): void {
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

  /** Counts the users of the whole day, or of one band. */
  users(band?: number): UserClasses {
    const counts = { distinct: 0, fully: 0, partly: 0, none: 0, cluster: 0, saved: 0, generic: 0 };
    const byEdge = { tailored: 0, any: 0 };
    const bands = this.#seen.filter((_, at) => band === undefined || at === band);
    for (let user = 0; user < this.#users.size; user += 1) {
      let seen = 0;
      for (const flags of bands) seen |= flags[user] ?? 0;
      if (seen === 0) continue;
      counts.distinct += 1;
      if ((seen & ~PERSONALIZED) === 0) counts.fully += 1;
      else if ((seen & PERSONALIZED) > 0) counts.partly += 1;
      else counts.none += 1;
      if (seen !== INDIVIDUAL) byEdge.any += 1;
      if ((seen & TAILORED) > 0) byEdge.tailored += 1;
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
      someNotIndividual: byEdge.any,
      someTailored: byEdge.tailored,
      someCluster: counts.cluster,
      clusterInsteadOfGeneric: counts.saved,
      someGeneric: counts.generic,
    };
  }

  /** Counts the calls of the whole day, or of one band. */
  calls(band?: number): CallCounts {
    const sumOf = (level: Level): number =>
      this.perMinute(level).reduce(
        (sum, calls, minute) => sum + (band === undefined || this.#bandOf[minute] === band ? calls : 0),
        0,
      );
    const [individual, tailored] = [sumOf("individual"), sumOf("tailored")];
    const [cluster, generic] = [sumOf("cluster"), sumOf("generic")];
    return { total: individual + tailored + cluster + generic, individual, tailored, cluster, generic };
  }

  perMinute(level: Level): readonly number[] {
    return [...(this.#calls[LEVELS.indexOf(level)] ?? [])];
  }

  /** Calls by rung. `none` counts the posted batches of events. */
  byAs(): Record<string, number> {
    return Object.fromEntries(LOGGED_AS.map((as, at) => [as, this.#byAs[at] ?? 0]));
  }

  /** Calls by reason, without reasons that do not occur. */
  byReason(): Record<string, number> {
    return Object.fromEntries(
      LOGGED_REASONS.map((reason, at) => [reason, this.#byReason[at] ?? 0] as const).filter(
        ([, calls]) => calls > 0,
      ),
    );
  }
}
