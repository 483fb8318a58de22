/**
 * A kick-off that lasts: the load rises from the base to the peak within seconds, stays there for minutes,
 * and falls evenly.
 */
import type { Scenario, Shape } from "../fleet/scenario.ts";
import type { StrategyParameters } from "./flags.ts";

export type Spike = {
  readonly stepS: number;
  readonly endS: number;
  readonly durationS: number;
  /** Requests a second in T. It is defined before and after the run, too. */
  readonly loadAt: (atS: number) => number;
  readonly about: string;
};

/** Seconds of calm before the step and after the end. */
const CALM_S = 60;

export function lastingSpike(
  { base, peak }: Shape,
  {
    spikeRiseS,
    spikeHoldS,
    spikeFallS,
  }: Pick<StrategyParameters, "spikeRiseS" | "spikeHoldS" | "spikeFallS">,
): Spike {
  const stepS = CALM_S;
  const topS = stepS + spikeRiseS;
  const fallS = topS + spikeHoldS;
  const endS = fallS + spikeFallS;
  return {
    stepS,
    endS,
    durationS: endS + CALM_S,
    loadAt: (atS) => {
      if (atS < stepS || atS >= endS) return base;
      if (atS < topS) return base + ((peak - base) * (atS - stepS)) / spikeRiseS;
      if (atS < fallS) return peak;
      return base + ((peak - base) * (endS - atS)) / spikeFallS;
    },
    about: `${base} T to ${peak} T within ${spikeRiseS} s, there for ${spikeHoldS} s, and back within ${spikeFallS} s`,
  };
}

/**
 * The spike on an origin that has `growthAt` times its instances of the start, each of which adds its share
 * of T.
 */
export function asScenario({ durationS, loadAt, about }: Spike, growthAt: (atS: number) => number): Scenario {
  return {
    name: "strategies",
    about,
    durationS,
    loadAt,
    thresholdAt: growthAt,
    capacityAt: growthAt,
    originUpAt: () => true,
  };
}
