/** What an item's date does to its score. Nothing else lets time change a score. Pure. */
import type { ItemKind } from "@spillway/shared/protocol/catalogue.ts";

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The extra weight at publication, and the time in which it halves, by kind: clips are old news in two days,
 * films hardly ever.
 */
const NEWS: Record<ItemKind, { readonly boost: number; readonly halfLifeMs: number }> = {
  clip: { boost: 1.5, halfLifeMs: 1.5 * DAY_MS },
  highlights: { boost: 1.5, halfLifeMs: 1.5 * DAY_MS },
  replay: { boost: 1, halfLifeMs: 2 * DAY_MS },
  match: { boost: 0, halfLifeMs: DAY_MS },
  hub: { boost: 0, halfLifeMs: DAY_MS },
  movie: { boost: 0.3, halfLifeMs: 10 * DAY_MS },
  series: { boost: 0.3, halfLifeMs: 10 * DAY_MS },
  kids: { boost: 0.2, halfLifeMs: 10 * DAY_MS },
};

/**
 * A match is worth more the nearer its kick-off: fivefold when live or within the hour, 1 two days before.
 */
const LIVE_BOOST = 4;
const KICK_OFF_HALF_LIFE_MS = 8 * HOUR_MS;

/**
 * Factor on the item's score; 1: time does not matter. Times in milliseconds since 1970, NaN where they are
 * unknown.
 */
export function freshnessFactor(
  kind: ItemKind,
  startsMs: number,
  publishedMs: number,
  nowMs: number,
): number {
  if (kind === "match" && !Number.isNaN(startsMs)) {
    const untilKickOffMs = Math.max(0, startsMs - nowMs - HOUR_MS);
    return 1 + LIVE_BOOST * 2 ** (-untilKickOffMs / KICK_OFF_HALF_LIFE_MS);
  }
  if (Number.isNaN(publishedMs)) return 1;
  const { boost, halfLifeMs } = NEWS[kind];
  const ageMs = Math.max(0, nowMs - publishedMs);
  return 1 + boost * 2 ** (-ageMs / halfLifeMs);
}
