/** When visitors come: Poisson arrivals, all fixed before the first is sent. Pure. */
import type { Draws } from "../fleet/draws.ts";

/** A time of one rate, in milliseconds from the run's start. */
export type ArrivalSpan = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly ratePerSec: number;
};

/** Ascending, in milliseconds from the run's start. Gaps are memoryless, so each span may begin anew. */
export function drawArrivals(spans: readonly ArrivalSpan[], draws: Pick<Draws, "exponential">): number[] {
  const arrivals: number[] = [];
  for (const { fromMs, untilMs, ratePerSec } of spans) {
    if (ratePerSec <= 0) continue;
    const meanGapMs = 1000 / ratePerSec;
    let atMs = fromMs + draws.exponential(meanGapMs);
    for (; atMs < untilMs; atMs += draws.exponential(meanGapMs)) arrivals.push(atMs);
  }
  return arrivals;
}
