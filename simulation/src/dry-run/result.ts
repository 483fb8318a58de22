/**
 * The dry run's result, as `--json` prints it and `POST /routing/try` answers it: docs/operate/routing.md.
 */
import type { ServedAs } from "@spillway/shared/protocol/served.ts";
import type { BlindSpot } from "./blind-spots.ts";
import type { Share } from "./estimate.ts";
import type { Deviation } from "./fidelity.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Shares are 0–1, with the ends of their 95 % intervals; rates are a second; instants are ISO 8601 in UTC.
 */
export type DryRunResult = {
  readonly sentence: string;
  readonly sample: {
    readonly tuples: number;
    /** For how many requests they stand. */
    readonly requests: number;
    /** As many equally weighted tuples would tell as much. */
    readonly effectiveTuples: number;
    readonly from: string | undefined;
    readonly until: string | undefined;
    readonly days: readonly string[];
    /** The versions of the routing that the tuples obeyed. */
    readonly versions: readonly number[];
  };
  /** Absent where no rules in force were replayed. */
  readonly fidelity?: {
    readonly share: number;
    readonly tuples: number;
    readonly isEnough: boolean;
    readonly deviations: readonly Deviation[];
  };
  /** The share of requests whose outcome changes. */
  readonly changed: Share;
  /** What changes, largest first. */
  readonly flows: readonly (Share & {
    readonly from: Outcome;
    readonly to: Outcome;
    readonly tuples: number;
    readonly requests: number;
  })[];
  readonly outcomes: readonly { readonly as: ServedAs; readonly before: Share; readonly after: Share }[];
  readonly rules: { readonly before: readonly RuleReport[]; readonly after: readonly RuleReport[] };
  readonly origin: {
    readonly worstBefore: WorstMinute | undefined;
    readonly worstAfter: WorstMinute | undefined;
    /** Ascending. */
    readonly minutes: readonly OriginMinute[];
  };
  readonly cannotTell: readonly BlindSpot[];
};

export type RuleReport = Share & {
  readonly name: string;
  readonly then: string;
  readonly tuples: number;
  /** The share of requests for which its condition holds, whoever decides. */
  readonly matches: number;
  /**
   * `hit`: it decides for some. `shadowed`: others come first for all that it matches. `never-hit`: it
   * matches nothing. `not-in-force`: its cluster is not in the index. `not-sampled`: nothing was sampled at
   * its time.
   */
  readonly status: "hit" | "shadowed" | "never-hit" | "not-in-force" | "not-sampled";
  /** The earlier rules that take what it matches, most first, with the share of its matches. */
  readonly takenBy: readonly { readonly name: string; readonly share: number }[];
};

export type WorstMinute = {
  readonly at: string;
  readonly askedPerSec: number;
  /** Half the 95 % interval of `askedPerSec`. */
  readonly errorPerSec: number;
  readonly admittedPerSec: number;
  /** Absent where no threshold holds. */
  readonly thresholdPerSec?: number;
  readonly tuples: number;
};

export type OriginMinute = {
  readonly at: string;
  readonly askedBefore: number;
  readonly askedAfter: number;
  readonly admittedBefore: number;
  readonly admittedAfter: number;
  readonly thresholdAfter?: number;
};
