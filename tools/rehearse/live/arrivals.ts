/**
 * When visitors come: Poisson arrivals at the base rate, a step to the wall, and back; all fixed before the
 * first is sent.
 */
import type { Draws } from "@spillway/simulation/fleet/draws.ts";
import type { LiveOptions } from "./options.ts";

export type Phase = {
  readonly name: "base" | "wall" | "recovery";
  readonly fromMs: number;
  readonly untilMs: number;
  readonly ratePerSec: number;
};

export type Timing = Pick<
  LiveOptions,
  "thresholdPerSec" | "baseOfThreshold" | "peakOfThreshold" | "baseS" | "wallS" | "recoverS"
>;

export function planPhases(timing: Timing): readonly [base: Phase, wall: Phase, recovery: Phase] {
  const { thresholdPerSec, baseS, wallS, recoverS } = timing;
  const calmPerSec = thresholdPerSec * timing.baseOfThreshold;
  const [wallMs, calmMs] = [baseS * 1000, (baseS + wallS) * 1000];
  const endMs = calmMs + recoverS * 1000;
  return [
    { name: "base", fromMs: 0, untilMs: wallMs, ratePerSec: calmPerSec },
    {
      name: "wall",
      fromMs: wallMs,
      untilMs: calmMs,
      ratePerSec: thresholdPerSec * timing.peakOfThreshold,
    },
    { name: "recovery", fromMs: calmMs, untilMs: endMs, ratePerSec: calmPerSec },
  ];
}

/** Ascending, in milliseconds from the run's start. Gaps are memoryless, so each phase may begin anew. */
export function drawArrivals(phases: readonly Phase[], draws: Draws): number[] {
  const arrivals: number[] = [];
  for (const { fromMs, untilMs, ratePerSec } of phases) {
    if (ratePerSec <= 0) continue;
    const meanGapMs = 1000 / ratePerSec;
    let atMs = fromMs + draws.exponential(meanGapMs);
    for (; atMs < untilMs; atMs += draws.exponential(meanGapMs)) arrivals.push(atMs);
  }
  return arrivals;
}
