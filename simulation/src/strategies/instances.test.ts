import { describe, expect, it } from "vitest";
import { strategyParameters } from "./flags.ts";
import { autoscaledInstances, instanceHours, preparedInstances, reactionGapS, readyAt } from "./instances.ts";
import { lastingSpike } from "./spike.ts";

/** T = 1,000/s: ten instances at the start with thresholds of 100/s each, which can answer 125/s. */
function planOptions(given = {}, peak = 10) {
  const parameters = strategyParameters(given);
  return { spike: lastingSpike({ base: 0.5, peak }, parameters), thresholdPerSec: 1000, parameters };
}

function gapOf(given: object): number {
  const options = planOptions(given);
  return reactionGapS(autoscaledInstances(options), options, 125);
}

describe("autoscaled instances", () => {
  it("meet the default spike two to four minutes after the step", () => {
    expect(gapOf({})).toBeGreaterThanOrEqual(120);
    expect(gapOf({})).toBeLessThanOrEqual(240);
  });

  it("have no gap when the load stays within the capacity at the start", () => {
    const options = planOptions({}, 1);
    const plan = autoscaledInstances(options);
    expect(reactionGapS(plan, options, 125)).toBe(0);
    expect(readyAt(plan, 0)).toBe(10);
  });

  it("are ready after their start when a node has room, otherwise after the node's start, too", () => {
    const options = planOptions({ nodeRoom: 5, nodeStartS: 75, podStartS: 60 });
    const plan = autoscaledInstances(options);
    const orderedS = plan.ordered.findIndex((count) => count > 10);
    expect(plan.ordered[orderedS]).toBe(20);
    expect(plan.ready.slice(orderedS, orderedS + 60).every((count) => count === 10)).toBe(true);
    expect(plan.ready[orderedS + 60]).toBe(15);
    expect(plan.ready[orderedS + 134]).toBe(15);
    expect(plan.ready[orderedS + 135]).toBe(20);
  });

  it("return to the start after the spike and its stabilization window", () => {
    expect(autoscaledInstances(planOptions()).ordered.at(-1)).toBe(10);
  });

  it("react sooner with a shorter metrics window", () => {
    expect(gapOf({ hpaMetricsS: 15 })).toBeLessThan(gapOf({ hpaMetricsS: 120 }));
  });
});

describe("prepared instances", () => {
  it("are sized for the forecast at the autoscaler's target, and ready before the step", () => {
    const options = planOptions({ forecast: 0.8, hpaTarget: 0.5 });
    const plan = preparedInstances(options, 10);
    expect(readyAt(plan, options.spike.stepS)).toBe(160);
    expect(reactionGapS(plan, options, 125)).toBe(0);
  });

  it("are paid for from the preparation to the end of the time that they are kept", () => {
    const options = planOptions({
      prepareS: 3600,
      keepS: 1800,
      spikeRiseS: 0,
      spikeHoldS: 1200,
      spikeFallS: 600,
    });
    expect(instanceHours(preparedInstances(options, 10))).toBeCloseTo(100 * 2, 6);
  });

  it("are never fewer than at the start", () => {
    const options = planOptions({ forecast: 0.01 });
    expect(Math.min(...preparedInstances(options, 10).ordered)).toBe(10);
  });
});

describe("readyAt", () => {
  it("throws for a time before the plan", () => {
    const plan = autoscaledInstances(planOptions());
    expect(() => readyAt(plan, plan.fromS - 1)).toThrow(/begins at -1740 s/);
    expect(readyAt(plan, 1e6)).toBe(10);
  });
});
