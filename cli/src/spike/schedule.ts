/**
 * How the spike goes: calm, up to the wall within seconds, as at a kick-off, and down to calm again. Pure.
 */
import type { ArrivalSpan } from "@spillway/simulation/live/arrivals.ts";
import type { SpikeOptions } from "./spike-options.ts";

export type PhaseName = "calm" | "kick-off" | "wall" | "end";

export type SpikePhase = {
  readonly name: PhaseName;
  readonly fromMs: number;
  readonly untilMs: number;
};

export type Schedule = {
  readonly phases: readonly SpikePhase[];
  /** Ascending and without gaps. */
  readonly spans: readonly ArrivalSpan[];
};

/** In T: well under the threshold, so that everybody gets an individual page. */
const CALM_OF_THRESHOLD = 0.6;
const CALM_SHARE = 1 / 6;
const WALL_UNTIL_SHARE = 0.75;
/** A crowd arrives within seconds: what autoscaling has no time for. */
const RAMP_MS = 2000;
const RAMP_SHARE = 1 / 20;
const RAMP_STEPS = 8;

export function planSpike(
  options: Pick<SpikeOptions, "thresholdPerSec" | "toOfThreshold" | "forMs">,
): Schedule {
  const { thresholdPerSec, toOfThreshold, forMs } = options;
  const calmPerSec = CALM_OF_THRESHOLD * thresholdPerSec;
  const wallPerSec = toOfThreshold * thresholdPerSec;
  const rampMs = Math.min(RAMP_MS, RAMP_SHARE * forMs);
  const rampAtMs = CALM_SHARE * forMs;
  const [wallAtMs, fallAtMs] = [rampAtMs + rampMs, WALL_UNTIL_SHARE * forMs];
  const calmAtMs = fallAtMs + rampMs;
  const spans: ArrivalSpan[] = [
    { fromMs: 0, untilMs: rampAtMs, ratePerSec: calmPerSec },
    ...ramp(rampAtMs, rampMs, calmPerSec, wallPerSec),
    { fromMs: wallAtMs, untilMs: fallAtMs, ratePerSec: wallPerSec },
    ...ramp(fallAtMs, rampMs, wallPerSec, calmPerSec),
    { fromMs: calmAtMs, untilMs: forMs, ratePerSec: calmPerSec },
  ];
  return {
    spans,
    phases: [
      { name: "calm", fromMs: 0, untilMs: rampAtMs },
      { name: "kick-off", fromMs: rampAtMs, untilMs: wallAtMs },
      { name: "wall", fromMs: wallAtMs, untilMs: fallAtMs },
      { name: "end", fromMs: fallAtMs, untilMs: forMs },
    ],
  };
}

/** Grows by the same factor in each step, as word of a kick-off does. */
function ramp(atMs: number, forMs: number, fromPerSec: number, toPerSec: number): ArrivalSpan[] {
  const stepMs = forMs / RAMP_STEPS;
  return Array.from({ length: RAMP_STEPS }, (_, step) => ({
    fromMs: atMs + step * stepMs,
    untilMs: atMs + (step + 1) * stepMs,
    ratePerSec: fromPerSec * (toPerSec / fromPerSec) ** ((step + 0.5) / RAMP_STEPS),
  }));
}

export function phaseAt({ phases }: Schedule, atMs: number): PhaseName {
  return phases.find(({ untilMs }) => atMs < untilMs)?.name ?? "end";
}
