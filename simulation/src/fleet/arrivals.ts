/**
 * Poisson arrivals at a scenario's load, in virtual time. Every rehearsal of a scenario uses this one
 * process.
 */
import type { Draws } from "./draws.ts";
import type { Scenario } from "./scenario.ts";
import { SLOT_MS } from "./tally.ts";

export type ArrivalHandlers = {
  /** Called when a slot of {@link SLOT_MS} begins, within which the load is constant. */
  readonly startSlot: (fromMs: number) => void;
  readonly arrive: (atMs: number) => void;
  /** Called once for every half second of virtual time. */
  readonly onProgress: (atS: number, arrivals: number) => void;
};

const PROGRESS_EVERY_SLOTS = 50;

/** `thresholdPerSec` is T, the unit of the scenario's load. */
export function generateArrivals(
  scenario: Scenario,
  thresholdPerSec: number,
  draws: Draws,
  { startSlot, arrive, onProgress }: ArrivalHandlers,
): void {
  const slots = Math.ceil((scenario.durationS * 1000) / SLOT_MS);
  let arrivals = 0;
  for (let slot = 0; slot < slots; slot += 1) {
    const fromMs = slot * SLOT_MS;
    startSlot(fromMs);
    const gapMs = 1000 / (scenario.loadAt(fromMs / 1000) * thresholdPerSec);
    // Poisson arrivals have no memory, so each slot may begin its gap anew.
    for (
      let atMs = fromMs + draws.exponential(gapMs);
      atMs < fromMs + SLOT_MS;
      atMs += draws.exponential(gapMs)
    ) {
      arrive(atMs);
      arrivals += 1;
    }
    if (slot % PROGRESS_EVERY_SLOTS === 0) onProgress(fromMs / 1000, arrivals);
  }
}
