/** How many origin instances are ordered and ready, second by second: by the autoscaler, or by a forecast. */
import { HorizontalAutoscaler } from "./autoscaler.ts";
import type { StrategyParameters } from "./flags.ts";
import type { Spike } from "./spike.ts";

export type InstancePlan = {
  readonly fromS: number;
  /** Ordered, and so paid for: by second from `fromS`. */
  readonly ordered: readonly number[];
  /** How many of these have full capacity. */
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
  // A minute's load varies by chance by less than 1 %: the expected one tells as much.
  const metricAt = (nowS: number): number => {
    const fromS = nowS - hpaScrapeS - hpaMetricsS;
    const loads = Array.from({ length: hpaMetricsS }, (_, second) => spike.loadAt(fromS + second + 0.5));
    return (thresholdPerSec * loads.reduce((sum, load) => sum + load, 0)) / hpaMetricsS;
  };
  let wanted = startInstances;
  return planOf(options, (second, nowS) => {
    if (second % hpaSyncS === 0) wanted = autoscaler.sync(wanted, metricAt(nowS), nowS);
    return wanted;
  });
}

/** Sized for `forecast` times the peak at the autoscaler's target, from `prepareS` before the spike to `keepS` after it. */
export function preparedInstances(options: PlanOptions, peak: number): InstancePlan {
  const { spike, parameters } = options;
  const { startInstances, hpaTarget, forecast, prepareS, keepS } = parameters;
  const prepared = Math.max(startInstances, Math.ceil((forecast * peak * startInstances) / hpaTarget));
  return planOf(options, (_, nowS) =>
    nowS >= spike.stepS - prepareS && nowS < spike.endS + keepS ? prepared : startInstances,
  );
}

/** `wantedAt`: instances ordered in the second that begins at `nowS`, the `second`th of the plan. */
function planOf(options: PlanOptions, wantedAt: (second: number, nowS: number) => number): InstancePlan {
  const { startInstances, nodeRoom, nodeStartS, podStartS } = options.parameters;
  const { fromS, toS } = accountedSpan(options);
  const always = Number.NEGATIVE_INFINITY;
  /** When the node of each instance is ready, for all instances that have ever had one. */
  const nodeReadyS = Array.from({ length: startInstances + nodeRoom }, () => always);
  const readyS = Array.from({ length: startInstances }, () => always);
  const ordered: number[] = [];
  const ready: number[] = [];
  for (let second = 0; second < toS - fromS; second += 1) {
    const nowS = fromS + second;
    const wanted = wantedAt(second, nowS);
    // The youngest go first.
    if (readyS.length > wanted) readyS.length = wanted;
    while (readyS.length < wanted) {
      const node = (nodeReadyS[readyS.length] ??= nowS + nodeStartS);
      readyS.push(Math.max(nowS, node) + podStartS);
    }
    ordered.push(wanted);
    ready.push(readyS.filter((atS) => atS <= nowS).length);
  }
  return { fromS, ordered, ready };
}

/** After the plan's end, the number at its end holds. */
export function readyAt({ fromS, ready }: InstancePlan, atS: number): number {
  const count = ready[Math.min(ready.length - 1, Math.floor(atS) - fromS)];
  if (count === undefined)
    throw new RangeError(`the plan of instances begins at ${fromS} s, not at ${atS} s`);
  return count;
}

export function instanceHours({ ordered }: InstancePlan): number {
  return ordered.reduce((sum, count) => sum + count, 0) / 3600;
}

/** Seconds from the step until the ready capacity meets the load for good; 0 where it always does. */
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
