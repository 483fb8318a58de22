/** The outcome of one strategy: shares, latencies, recovery, cost and quality. */
import { perSecond, type Tally } from "../fleet/tally.ts";
import { instanceHours, type InstancePlan } from "./instances.ts";

export const STRATEGIES = {
  autoscaling: "autoscaling only",
  generic: "rate limit + generic page",
  clusters: "Spillway: pages at the edge",
  prepared: "aggressive pre-provisioning",
} as const;
export type StrategyName = keyof typeof STRATEGIES;

/** The outcome; it is plain JSON. */
export type StrategyOutcome = {
  readonly strategy: StrategyName;
  readonly requests: number;
  /** Shares of all requests, which add up to 1. A page from the edge counts as `cluster`, tailored or not, its
   * parent's too. */
  readonly shares: {
    readonly individual: number;
    readonly cluster: number;
    readonly generic: number;
    /** Answered with an error, or after the visitor had left. */
    readonly failed: number;
  };
  /** The part of `shares.failed` that was answered too late. */
  readonly late: number;
  /**
   * Latency of all answers including errors, from the arrival at the edge. A visitor who left counts with the
   * time waited.
   */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Seconds from the step until every later second is ≥ 95 % individual; null when none is. */
  readonly backS: number | null;
  readonly instanceHours: number;
  /** Hours of one core. */
  readonly precomputeHours: number;
  /** Mean over all requests: individual 1, cluster `retention`, generic and failed 0. */
  readonly quality: number;
  readonly perSecond: {
    readonly arrivals: readonly number[];
    readonly individual: readonly number[];
    readonly cluster: readonly number[];
    readonly generic: readonly number[];
    readonly quality: readonly number[];
  };
};

export type StrategyRun = {
  readonly strategy: StrategyName;
  readonly tally: Tally;
  readonly late: number;
  readonly plan: InstancePlan;
  /** Time of the refresh pipeline, in hours of one core. */
  readonly precomputeHours: number;
};

const BACK = 0.95;

export function outcomeOf(
  { strategy, tally, late, plan, precomputeHours }: StrategyRun,
  stepS: number,
  retention: number,
): StrategyOutcome {
  const { served } = tally;
  const arrivals = perSecond(tally.arrivals);
  const individual = perSecond(served.individual);
  const cluster = added(perSecond(served.cluster), perSecond(served.parent));
  const generic = added(perSecond(served.generic), perSecond(served.builtin));
  const requests = sum(arrivals);
  const total = Math.max(1, requests);
  const shares = {
    individual: sum(individual) / total,
    cluster: sum(cluster) / total,
    generic: sum(generic) / total,
    // Requests without any answer are included here.
    failed: (requests - sum(individual) - sum(cluster) - sum(generic)) / total,
  };
  return {
    strategy,
    requests,
    shares,
    late: late / total,
    p50Ms: tally.latencyMs(0.5),
    p99Ms: tally.latencyMs(0.99),
    backS: backS(arrivals, individual, stepS),
    instanceHours: instanceHours(plan),
    precomputeHours,
    quality: shares.individual + retention * shares.cluster,
    perSecond: {
      arrivals,
      individual,
      cluster,
      generic,
      quality: arrivals.map((asked, second) =>
        asked === 0 ? 1 : ((individual[second] ?? 0) + retention * (cluster[second] ?? 0)) / asked,
      ),
    },
  };
}

function backS(arrivals: readonly number[], individual: readonly number[], stepS: number): number | null {
  const last = arrivals.findLastIndex(
    (asked, second) => second >= stepS && (individual[second] ?? 0) < BACK * asked,
  );
  if (last === arrivals.length - 1) return null;
  return last < 0 ? 0 : last + 1 - stepS;
}

function added(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, second) => value + (other[second] ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
