/** The phases of a live rehearsal: the base rate, a step to the wall, and back. */
import type { ArrivalSpan } from "@spillway/simulation/live/arrivals.ts";
import type { LiveOptions } from "./options.ts";

export type Phase = ArrivalSpan & { readonly name: "base" | "wall" | "recovery" };

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
