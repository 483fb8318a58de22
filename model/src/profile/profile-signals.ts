/** Affinity, recency and depth from a history: the signals that only the platform knows. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { toSignalValue } from "@spillway/shared/signals/signal-value.ts";
import { NONE, type Depth, type ProfileSignals, type Recency } from "@spillway/shared/signals/signals.ts";
import { PLAY_WEIGHT, type HistoryEntry } from "./history.ts";

const DAY_MS = 24 * 3600 * 1000;
export const DEPTH_WINDOW_MS = 28 * DAY_MS;
const FRESH_MS = 7 * DAY_MS;

/** What the signals need to know of an item, prepared once for a catalogue. */
export type ItemTraits = { readonly publishedMs: number | undefined };

/** items.seq → traits. */
export type TraitsOf = (item: number) => ItemTraits | undefined;

export function traitsOf(item: Item): ItemTraits {
  return { publishedMs: item.publishedAt === undefined ? undefined : Date.parse(item.publishedAt) };
}

/**
 * What an item is about, as signal values in lower case: the genres of films, series and kids' titles, and
 * the kind of everything else.
 */
export function affinitiesOf(item: Item): string[] {
  const byGenre = item.kind === "movie" || item.kind === "series" || item.kind === "kids";
  const names = byGenre && item.genres.length > 0 ? item.genres : [item.kind];
  return names.map((name) => toSignalValue(name).toLowerCase()).filter((name) => name !== NONE);
}

/**
 * `affinity`: the taste segment, which follows from the history's vector (clusters/taste.ts). `nowMs` is the
 * content's clock.
 */
export function profileSignals(
  history: readonly HistoryEntry[],
  affinity: string,
  traits: TraitsOf,
  nowMs: number,
): ProfileSignals {
  return { affinity, recency: recencyOf(history, traits), depth: depthOf(history, nowMs) };
}

export function recencyOf(history: readonly HistoryEntry[], traits: TraitsOf): Recency {
  let dated = 0;
  let fresh = 0;
  for (const { item, weight, timeMs } of history) {
    if (weight < PLAY_WEIGHT) continue;
    const publishedMs = traits(item)?.publishedMs;
    if (timeMs === 0 || publishedMs === undefined) continue;
    dated += 1;
    if (isFreshPlay(timeMs, publishedMs)) fresh += 1;
  }
  return recencyOfPlays(fresh, dated);
}

export function isFreshPlay(timeMs: number, publishedMs: number): boolean {
  return timeMs - publishedMs <= FRESH_MS;
}

/** `dated`: the number of plays of which it is known whether they were fresh. */
export function recencyOfPlays(fresh: number, dated: number): Recency {
  if (dated === 0) return "none";
  if (fresh / dated >= 0.65) return "fresh";
  return fresh / dated <= 0.25 ? "library" : "mixed";
}

export function depthOf(history: readonly HistoryEntry[], nowMs: number): Depth {
  return depthOfPlays(
    history.filter(({ weight, timeMs }) => weight >= PLAY_WEIGHT && countsForDepth(timeMs, nowMs)).length,
  );
}

/** A play of unknown time counts, since imported histories often have no times. */
export function countsForDepth(timeMs: number, nowMs: number): boolean {
  return timeMs === 0 || nowMs - timeMs <= DEPTH_WINDOW_MS;
}

export function depthOfPlays(plays: number): Depth {
  if (plays === 0) return "new";
  if (plays < 5) return "casual";
  return plays < 15 ? "regular" : "deep";
}
