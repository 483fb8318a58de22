/**
 * Compares four ways to meet a lasting spike on the same arrivals, for an operator who chooses between them.
 */
import { EDGE_PAGE } from "../quality/retention.ts";
import { createDraws, type Draws } from "../fleet/draws.ts";
import type { FleetOptions } from "../fleet/options.ts";
import { instancePerSec } from "../fleet/origin-fleet.ts";
import { simulate } from "../fleet/simulate.ts";
import { UsageError } from "@spillway/kit/commands/usage.ts";
import { strategyParameters, type StrategyParameters } from "./flags.ts";
import {
  autoscaledInstances,
  preparedInstances,
  reactionGapS,
  readyAt,
  type InstancePlan,
} from "./instances.ts";
import {
  outcomeOf,
  STRATEGIES,
  type StrategyRun,
  type StrategyName,
  type StrategyOutcome,
} from "./outcome.ts";
import { simulateOrigin, type SimulatedOrigin } from "./simulate-origin.ts";
import { rateLimitedOrigin } from "./rate-limit.ts";
import { asScenario, lastingSpike, type Spike } from "./spike.ts";
import { originWithQueues } from "./request-queues.ts";

export type StrategyOptions = {
  /** `originInstances` is ignored: `startInstances` says how many there are. */
  readonly fleet: FleetOptions;
  /** Load before and after the spike, and of the spike, in T. */
  readonly base: number;
  readonly peak: number;
  /**
   * Quality of a page from the edge, where individual is 1 and generic is 0. By default {@link EDGE_PAGE}.
   */
  readonly retention?: number;
  /** Parameters that differ from the defaults. */
  readonly parameters?: Partial<StrategyParameters>;
  /** `done` and `total` are seconds of virtual time. */
  readonly onProgress?: (done: number, total: number, note: string) => void;
};

/** The result of the comparison; it is plain JSON. */
export type StrategyComparison = {
  readonly seed: number;
  readonly thresholdPerSec: number;
  readonly base: number;
  readonly peak: number;
  readonly retention: number;
  readonly parameters: StrategyParameters;
  readonly about: string;
  readonly stepS: number;
  /** Seconds from the step until the autoscaler's ready capacity meets the load for good. */
  readonly reactionGapS: number;
  /** The time over which instance hours and precompute hours are counted. */
  readonly accountedS: number;
  /** Requests a second that one instance can answer, and its threshold. */
  readonly instanceCapacityPerSec: number;
  readonly instanceThresholdPerSec: number;
  readonly strategies: readonly StrategyOutcome[];
  /** Ready instances by second, of the autoscaler and of the forecast. */
  readonly readyPerSecond: { readonly autoscaled: readonly number[]; readonly prepared: readonly number[] };
};

/** This makes a seed of its own for the arrivals, so that they are independent of the latencies. */
const ARRIVALS_SEED_XOR = 0x5bd1_e995;
const NAMES = Object.keys(STRATEGIES) as StrategyName[];

/**
 * Runs the four strategies. The same options give the same comparison. Throws {@link UsageError} when a
 * parameter is out of its range.
 */
export function compareStrategies(options: StrategyOptions): StrategyComparison {
  const { base, peak, retention = EDGE_PAGE } = options;
  if (!(peak >= base)) throw new UsageError("--peak: a spike is not below --base");
  const parameters = strategyParameters(options.parameters);
  // One gate stands for all instances, and its threshold and capacity follow them: see OriginFleet.scale.
  const fleet: FleetOptions = { ...options.fleet, originInstances: 1 };
  const { thresholdPerSec, seed } = fleet;
  const spike = lastingSpike({ base, peak }, parameters);
  const planOptions = { spike, thresholdPerSec, parameters };
  const autoscaled = autoscaledInstances(planOptions);
  const prepared = preparedInstances(planOptions, peak);
  const perInstancePerSec = instancePerSec(fleet, parameters.startInstances);
  const runs = runStrategies(
    { fleet, spike, parameters, autoscaled, prepared, perInstancePerSec },
    options.onProgress,
  );
  const duringRun = ({ fromS, ready }: InstancePlan) => ready.slice(-fromS, -fromS + spike.durationS);
  return {
    seed,
    thresholdPerSec,
    base,
    peak,
    retention,
    parameters,
    about: spike.about,
    stepS: spike.stepS,
    reactionGapS: reactionGapS(autoscaled, planOptions, perInstancePerSec),
    accountedS: autoscaled.ordered.length,
    instanceCapacityPerSec: perInstancePerSec,
    instanceThresholdPerSec: thresholdPerSec / parameters.startInstances,
    strategies: runs.map((run) => outcomeOf(run, spike.stepS, retention)),
    readyPerSecond: { autoscaled: duringRun(autoscaled), prepared: duringRun(prepared) },
  };
}

type Setting = {
  readonly fleet: FleetOptions;
  readonly spike: Spike;
  readonly parameters: StrategyParameters;
  readonly autoscaled: InstancePlan;
  readonly prepared: InstancePlan;
  readonly perInstancePerSec: number;
};

/** Runs each strategy on the same spike and the same arrivals, in the order in which they are printed. */
function runStrategies(
  { fleet, spike, parameters, autoscaled, prepared, perInstancePerSec }: Setting,
  onProgress: StrategyOptions["onProgress"] = () => {},
): StrategyRun[] {
  const { startInstances, patienceS, queueLimit, cycleS } = parameters;
  const growthAt = (atS: number): number => readyAt(autoscaled, atS) / startInstances;
  const scenario = asScenario(spike, growthAt);
  const runOptions = (strategy: StrategyName) => ({
    arrivalDraws: createDraws((fleet.seed ^ ARRIVALS_SEED_XOR) >>> 0),
    onProgress: (atS: number) => {
      const done = NAMES.indexOf(strategy) * spike.durationS + atS;
      onProgress(done, NAMES.length * spike.durationS, STRATEGIES[strategy]);
    },
  });
  const queues = (plan: InstancePlan) => (draws: Draws) =>
    originWithQueues({ fleet, perInstancePerSec, queueLimit }, (atS) => readyAt(plan, atS), draws);
  const withoutEdge = (
    strategy: StrategyName,
    plan: InstancePlan,
    createOrigin: (draws: Draws) => SimulatedOrigin,
  ): StrategyRun => ({
    strategy,
    plan,
    precomputeHours: 0,
    ...simulateOrigin({ fleet, scenario, patienceS, ...runOptions(strategy) }, createOrigin),
  });
  const withClusters = (): StrategyRun => {
    const run = runOptions("clusters");
    const { tally } = simulate(fleet, scenario, run.onProgress, run.arrivalDraws);
    const precomputeHours = ((autoscaled.ordered.length / 60) * cycleS) / 3600;
    return { strategy: "clusters", plan: autoscaled, precomputeHours, tally, late: 0 };
  };
  return [
    withoutEdge("autoscaling", autoscaled, queues(autoscaled)),
    withoutEdge("generic", autoscaled, (draws) => rateLimitedOrigin(fleet, growthAt, draws)),
    withClusters(),
    withoutEdge("prepared", prepared, queues(prepared)),
  ];
}
