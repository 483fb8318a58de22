/**
 * How many origin instances are ordered and ready, second by second, with an autoscaler or with a forecast.
 */
import { HorizontalAutoscaler } from "./autoscaler.ts";
import type { StrategyParameters } from "./flags.ts";
import type { Spike } from "./spike.ts";

export type InstancePlan = {
  readonly fromS: number;
  /** Ordered instances, which are paid for, by second from `fromS`. */
  readonly ordered: readonly number[];
  /** Ordered instances that are at full capacity. */
  readonly ready: readonly number[];
};

export type PlanOptions = {
  readonly spike: Spike;
  /** T, which `startInstances` share. */
  readonly thresholdPerSec: number;
  readonly parameters: StrategyParameters;
};

/** All strategies are accounted over the time that pre-provisioning takes. */
function accountedSpan({ spike, parameters }: PlanOptions): { fromS: number; toS: number } {
  return {
    fromS: Math.floor(Math.min(0, spike.stepS - parameters.prepareS)),
    toS: Math.ceil(Math.max(spike.durationS, spike.endS + parameters.keepS)),
  };
}

export function autoscaledInstances(options: PlanOptions): InstancePlan {
  const { spike, thresholdPerSec, parameters } = options;
  const { startInstances, hpaTarget, hpaSyncS, hpaMetricsS, hpaScrapeS } = parameters;
  const autoscaler = new HorizontalAutoscaler(
    parameters,
    (hpaTarget * thresholdPerSec) / startInstances,
    startInstances,
  );
  // The load of a minute varies by less than 1 % by chance, so the expected load is precise enough.
  const metricAt = (nowS: number): number => {
    const fromS = nowS - hpaScrapeS - hpaMetricsS;
    const loads = Array.from({ length: hpaMetricsS }, (_, second) => spike.loadAt(fromS + second + 0.5));
    return (thresholdPerSec * loads.reduce((sum, load) => sum + load, 0)) / hpaMetricsS;
  };
  let desired = startInstances;
  return planInstances(options, (second, nowS) => {
    if (second % hpaSyncS === 0) desired = autoscaler.sync(desired, metricAt(nowS), nowS);
    return desired;
  });
}

/**
 * Instances for `forecast` times the peak at the autoscaler's target, from `prepareS` before the spike to
 * `keepS` after it.
 */
export function preparedInstances(options: PlanOptions, peak: number): InstancePlan {
  const { spike, parameters } = options;
  const { startInstances, hpaTarget, forecast, prepareS, keepS } = parameters;
  const prepared = Math.max(startInstances, Math.ceil((forecast * peak * startInstances) / hpaTarget));
  return planInstances(options, (_, nowS) =>
    nowS >= spike.stepS - prepareS && nowS < spike.endS + keepS ? prepared : startInstances,
  );
}

/**
 * `desiredAt` returns the instances ordered in the second that begins at `nowS`, the `second`th of the plan.
 */
function planInstances(
  options: PlanOptions,
  desiredAt: (second: number, nowS: number) => number,
): InstancePlan {
  const { startInstances, nodeRoom, nodeStartS, podStartS } = options.parameters;
  const { fromS, toS } = accountedSpan(options);
  const always = Number.NEGATIVE_INFINITY;
  /** When the node of each instance is ready, for every instance that has ever had a node. */
  const nodeReadyS = Array.from({ length: startInstances + nodeRoom }, () => always);
  const readyS = Array.from({ length: startInstances }, () => always);
  const ordered: number[] = [];
  const ready: number[] = [];
  for (let second = 0; second < toS - fromS; second += 1) {
    const nowS = fromS + second;
    const desired = desiredAt(second, nowS);
    // The youngest instances are removed first.
    if (readyS.length > desired) readyS.length = desired;
    while (readyS.length < desired) {
      const node = (nodeReadyS[readyS.length] ??= nowS + nodeStartS);
      readyS.push(Math.max(nowS, node) + podStartS);
    }
    ordered.push(desired);
    ready.push(readyS.filter((atS) => atS <= nowS).length);
  }
  return { fromS, ordered, ready };
}

/**
 * Ready instances at `atS`. After the end of the plan, the last value holds. Throws a RangeError before its
 * start.
 */
export function readyAt({ fromS, ready }: InstancePlan, atS: number): number {
  const count = ready[Math.min(ready.length - 1, Math.floor(atS) - fromS)];
  if (count === undefined)
    throw new RangeError(`the plan of instances begins at ${fromS} s, not at ${atS} s`);
  return count;
}

export function instanceHours({ ordered }: InstancePlan): number {
  return ordered.reduce((sum, count) => sum + count, 0) / 3600;
}

/** Seconds from the step until the ready capacity meets the load for good; 0 when it always does. */
export function reactionGapS(
  plan: InstancePlan,
  { spike, thresholdPerSec }: PlanOptions,
  perInstancePerSec: number,
): number {
  let unmetS = spike.stepS;
  for (let atS = Math.floor(spike.stepS); atS < spike.endS; atS += 1) {
    if (spike.loadAt(atS) * thresholdPerSec > readyAt(plan, atS) * perInstancePerSec) unmetS = atS + 1;
  }
  return unmetS - spike.stepS;
}
