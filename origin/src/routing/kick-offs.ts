/** When the catalogue's matches begin, as far as they arm isolates. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { parseTimeMs } from "@spillway/shared/protocol/time.ts";
import { DEFAULT_AFTER_S } from "@spillway/shared/admission/armed-windows.ts";
import { MAX_KICK_OFFS } from "@spillway/shared/routing/published-routing.ts";

/** Isolates read routing twice a minute, so a day is far more than they need. */
const AHEAD_MS = 24 * 3600 * 1000;

/**
 * The soonest matches of the next day, by the edge's clock, in order and each time once. Those whose window
 * has not ended count too. `clockOffsetMs`: how far the content's clock is ahead.
 */
export function kickOffsOf(items: Iterable<Item>, clockOffsetMs: number, nowMs: number): readonly number[] {
  const times = new Set<number>();
  for (const { kind, startsAt, takenDown } of items) {
    if (kind !== "match" || startsAt === undefined || takenDown) continue;
    const startsMs = (parseTimeMs(startsAt) ?? Number.NaN) - clockOffsetMs;
    if (startsMs > nowMs - DEFAULT_AFTER_S * 1000 && startsMs < nowMs + AHEAD_MS) times.add(startsMs);
  }
  return [...times].toSorted((a, b) => a - b).slice(0, MAX_KICK_OFFS);
}
