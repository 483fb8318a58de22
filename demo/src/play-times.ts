/**
 * Draws when a synthetic visitor played an item: while it was available, matches during the match, news while
 * they are new.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { Random } from "./random.ts";

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Mean time from publication to play. All other items are played at any time in the last weeks. */
const NEWS_MEAN_MS: Readonly<Partial<Record<Item["kind"], number>>> = {
  clip: DAY_MS,
  highlights: 1.5 * DAY_MS,
  replay: 2.5 * DAY_MS,
};
const LIBRARY_MEAN_MS = 16 * DAY_MS;

/**
 * Returns the span in which an item could have been played until `nowMs`, or undefined when there is none.
 */
export function playableSpan(item: Item, nowMs: number): { fromMs: number; toMs: number } | undefined {
  const since = item.availableFrom ?? item.publishedAt;
  const availableMs = since === undefined ? -Infinity : Date.parse(since);
  // A match can be played from its kick-off on.
  const startMs =
    item.kind === "match" && item.startsAt !== undefined ? Date.parse(item.startsAt) : -Infinity;
  const endMs = item.availableUntil === undefined ? Infinity : Date.parse(item.availableUntil);
  const span = { fromMs: Math.max(availableMs, startMs), toMs: Math.min(nowMs, endMs - 1) };
  return item.takenDown || span.fromMs > span.toMs ? undefined : span;
}

export function drawPlayTime(random: Random, item: Item, span: { fromMs: number; toMs: number }): number {
  const { toMs } = span;
  const fromMs = Math.max(span.fromMs, toMs - 365 * DAY_MS);
  const newsMeanMs = NEWS_MEAN_MS[item.kind];
  const drawnMs =
    newsMeanMs === undefined
      ? toMs - random.exponential(LIBRARY_MEAN_MS)
      : fromMs + random.exponential(newsMeanMs);
  const live = item.kind === "match";
  const withinMs =
    drawnMs >= fromMs && drawnMs <= toMs && !live ? drawnMs : fromMs + random.next() * (toMs - fromMs);
  return Math.floor(withinMs);
}
