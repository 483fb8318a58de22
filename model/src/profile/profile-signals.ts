/** Affinity, recency and depth from a history: the signals that only the platform knows. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { toSignalValue } from "@spillway/shared/signals/signal-value.ts";
import { NONE, type Depth, type ProfileSignals, type Recency } from "@spillway/shared/signals/signals.ts";
import { columnsOf, NO_ROW, type HistoryColumns } from "./history-columns.ts";
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
  const publishedMs = Float64Array.from(history, ({ item }) => traits(item)?.publishedMs ?? Number.NaN);
  return recencyIn(columnsOf(history), Int32Array.from(history.keys()), publishedMs);
}

/**
 * Of a history in columns, with the model's row of each entry. `publishedMs`, by row: when it came out; NaN
 * where that is unknown.
 */
export function recencyIn(
  { weights, timesMs }: HistoryColumns,
  rows: Int32Array,
  publishedMs: Float64Array,
): Recency {
  let dated = 0;
  let fresh = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const timeMs = timesMs[at]!;
    const row = rows[at]!;
    if (weights[at]! < PLAY_WEIGHT || timeMs === 0 || row === NO_ROW) continue;
    const itemMs = publishedMs[row]!;
    if (Number.isNaN(itemMs)) continue;
    dated += 1;
    if (isFreshPlay(timeMs, itemMs)) fresh += 1;
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
  return depthIn(columnsOf(history), nowMs);
}

/** Of a history in columns. */
export function depthIn({ weights, timesMs }: HistoryColumns, nowMs: number): Depth {
  let plays = 0;
  for (let at = 0; at < weights.length; at += 1) {
    if (weights[at]! >= PLAY_WEIGHT && countsForDepth(timesMs[at]!, nowMs)) plays += 1;
  }
  return depthOfPlays(plays);
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
