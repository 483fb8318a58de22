/** Four ways to meet a spike that lasts, on the same arrivals: what an operator can choose between. */
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
import { outcomeOf, STRATEGIES, type Played, type StrategyName, type StrategyOutcome } from "./outcome.ts";
import { playOrigin, type PlayedOrigin } from "./play-origin.ts";
import { rateLimitedOrigin } from "./rate-limit.ts";
import { asScenario, lastingSpike } from "./spike.ts";
import { originWithLines } from "./waiting-lines.ts";

export type StrategyOptions = {
  /** `originInstances` is not used here: `startInstances` says how many there are. */
  readonly fleet: FleetOptions;
  /** Load before and after, and of the spike, in T. */
  readonly base: number;
  readonly peak: number;
  /** Quality of a cluster page, where individual is 1 and generic 0. */
  readonly retention: number;
  /** Beside the defaults. */
  readonly parameters?: Partial<StrategyParameters>;
  /** `done` and `total` in seconds of virtual time. */
  readonly onProgress?: (done: number, total: number, note: string) => void;
};

/** Plain JSON. */
export type StrategyComparison = {
  readonly seed: number;
  readonly thresholdPerSec: number;
  readonly base: number;
  readonly peak: number;
  readonly retention: number;
  readonly parameters: StrategyParameters;
  readonly about: string;
  readonly stepS: number;
  /** The time from the step until the autoscaler's ready capacity meets the load for good. */
  readonly reactionGapS: number;
  /** Time that instance hours and precompute hours are counted over. */
  readonly accountedS: number;
  /** Requests a second that one instance can answer, and that it may be asked for. */
  readonly instanceCapacityPerSec: number;
  readonly instanceThresholdPerSec: number;
  readonly strategies: readonly StrategyOutcome[];
  /** Ready instances under the autoscaler, and under the forecast. */
  readonly readyPerSecond: { readonly autoscaled: readonly number[]; readonly prepared: readonly number[] };
};

/** Not the worlds' seed, so that arrivals and latencies are drawn apart. */
const ARRIVALS_SEED_XOR = 0x5bd1_e995;
const NAMES = Object.keys(STRATEGIES) as StrategyName[];

/** Throws {@link UsageError} where a parameter is out of its range. The same options give the same comparison. */
export function compareStrategies(options: StrategyOptions): StrategyComparison {
  const { base, peak, retention, onProgress = () => {} } = options;
  if (!(peak >= base)) throw new UsageError("--peak: a spike is not below --base");
  const parameters = strategyParameters(options.parameters);
  // One gate for all instances, whose threshold and capacity follow them: see OriginFleet.scale.
  const fleet: FleetOptions = { ...options.fleet, originInstances: 1 };
  const { thresholdPerSec, seed } = fleet;
  const { startInstances, patienceS, queueLimit, cycleS } = parameters;
  const spike = lastingSpike({ base, peak }, parameters);
  const planOptions = { spike, thresholdPerSec, parameters };
  const autoscaled = autoscaledInstances(planOptions);
  const prepared = preparedInstances(planOptions, peak);
  const accountedS = autoscaled.ordered.length;
  const perInstancePerSec = instancePerSec(fleet, startInstances);
  const growthAt = (atS: number): number => readyAt(autoscaled, atS) / startInstances;
  const scenario = asScenario(spike, growthAt);

  const run = (strategy: StrategyName) => ({
    arrivalDraws: createDraws((seed ^ ARRIVALS_SEED_XOR) >>> 0),
    onProgress: (atS: number) => {
      const done = NAMES.indexOf(strategy) * spike.durationS + atS;
      onProgress(done, NAMES.length * spike.durationS, STRATEGIES[strategy]);
    },
  });
  const lines = (plan: InstancePlan) => (draws: Draws) =>
    originWithLines({ fleet, perInstancePerSec, queueLimit }, (atS) => readyAt(plan, atS), draws);
  const play = (
    strategy: StrategyName,
    plan: InstancePlan,
    createOrigin: (draws: Draws) => PlayedOrigin,
  ): Played => ({
    strategy,
    plan,
    precomputeHours: 0,
    ...playOrigin({ fleet, scenario, patienceS, ...run(strategy) }, createOrigin),
  });
  const playClusters = (): Played => {
    const { onProgress: onRunProgress, arrivalDraws } = run("clusters");
    const { tally } = simulate(fleet, scenario, onRunProgress, arrivalDraws);
    const precomputeHours = ((accountedS / 60) * cycleS) / 3600;
    return { strategy: "clusters", plan: autoscaled, precomputeHours, tally, late: 0 };
  };
  const played = [
    play("autoscaling", autoscaled, lines(autoscaled)),
    play("generic", autoscaled, (draws) => rateLimitedOrigin(fleet, growthAt, draws)),
    playClusters(),
    play("prepared", prepared, lines(prepared)),
  ];
  const strategies = played.map((one) => outcomeOf(one, spike.stepS, retention));
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
    accountedS,
    instanceCapacityPerSec: perInstancePerSec,
    instanceThresholdPerSec: thresholdPerSec / startInstances,
    strategies,
    readyPerSecond: { autoscaled: duringRun(autoscaled), prepared: duringRun(prepared) },
  };
}
