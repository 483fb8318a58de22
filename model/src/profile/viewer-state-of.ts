/** How a viewer state comes to be from a profile, at the origin. Pure. */
import type { ProfileSignals } from "@spillway/shared/signals/signals.ts";
import type { Profile } from "./fold.ts";
import { columnsOf, newestFirst, playsIn, type HistoryColumns } from "./history-columns.ts";
import { MAX_HISTORY, PLAY_WEIGHT, WATCHED_WEIGHT, type HiddenItem } from "./history.ts";
import { recenciesAt } from "./history-vector.ts";
import { boundRecent, LEAST_RECENCY, wholeMinutes } from "./viewer-draft.ts";
import {
  isLate,
  MAX_RECENT,
  MAX_UNSEEN_RECENT,
  newViewerState,
  wholeSeconds,
  type RecentPlay,
  type ViewerState,
  type ViewerTitles,
} from "./viewer-state.ts";

export type ViewerStateInput = {
  readonly history: HistoryColumns;
  /** Of the history, at the instant `nowMs` of the content's clock. */
  readonly recencies: Float64Array;
  readonly hidden: readonly HiddenItem[];
  readonly signals: ProfileSignals;
  /** The time of the newest event in the profile, by the real clock. */
  readonly foldedMs: number;
  /** By the real clock. */
  readonly nowMs: number;
  /** The profile's own times are so much ahead of the real clock. */
  readonly clockOffsetMs: number;
};

/** Of a profile with an object for each entry. See {@link ViewerStateInput}. */
export function viewerStateOf(
  profile: Pick<Profile, "history" | "hidden">,
  signals: ProfileSignals,
  foldedMs: number,
  nowMs: number,
  clockOffsetMs = 0,
): ViewerState {
  const history = columnsOf(profile.history);
  const recencies = recenciesAt(history, nowMs + clockOffsetMs);
  return viewerState({ ...profile, history, recencies, signals, foldedMs, nowMs, clockOffsetMs });
}

export function viewerState(input: ViewerStateInput): ViewerState {
  const { history, signals, foldedMs, nowMs, clockOffsetMs } = input;
  const folded = wholeSeconds(foldedMs);
  const hidden = input.hidden.toSorted((a, b) => a.item - b.item);
  return {
    ...newViewerState(nowMs),
    foldedMs: folded,
    signals,
    plays: playsIn(history),
    titles: titlesOf(input),
    recent: boundRecent(newestPlays(history, folded, clockOffsetMs), folded),
    hidden: Uint32Array.from(hidden, ({ item }) => item),
    hiddenMs: Float64Array.from(hidden, ({ timeMs }) => wholeMinutes(realMs(timeMs, clockOffsetMs))),
  };
}

function realMs(timeMs: number, clockOffsetMs: number): number {
  return timeMs === 0 ? 0 : Math.max(1, timeMs - clockOffsetMs);
}

/**
 * The plays and what was left unfinished, the newest first, up to the first that is of no use to a state.
 */
function newestPlays(history: HistoryColumns, foldedMs: number, clockOffsetMs: number): RecentPlay[] {
  const { items, weights, timesMs, progress } = history;
  const order = newestFirst(history);
  const plays: RecentPlay[] = [];
  for (let place = 0; place < items.length && plays.length < MAX_UNSEEN_RECENT; place += 1) {
    const at = order?.[place] ?? place;
    const share = progress[at]!;
    if (weights[at]! < PLAY_WEIGHT && Number.isNaN(share)) continue;
    const timeMs = realMs(timesMs[at]!, clockOffsetMs);
    if (plays.length >= MAX_RECENT && !isLate(timeMs, foldedMs)) break;
    plays.push({ item: items[at]!, timeMs, progress: Number.isNaN(share) ? undefined : share });
  }
  return plays;
}

function titlesOf({ history, recencies }: ViewerStateInput): ViewerTitles {
  const { weights } = history;
  const order = placesByItem(history.items);
  const items = new Uint32Array(order.length);
  const values = new Float32Array(order.length);
  const watched = new Uint8Array(order.length);
  for (let place = 0; place < order.length; place += 1) {
    const at = order[place]!;
    const weight = weights[at]!;
    items[place] = history.items[at]!;
    values[place] = weight * Math.max(LEAST_RECENCY, recencies[at]!);
    watched[place] = weight >= WATCHED_WEIGHT ? 1 : 0;
  }
  return { items, values, watched };
}

const DIGIT_BITS = 8;
const DIGITS = 1 << DIGIT_BITS;
const digitEnds = new Uint32Array(DIGITS);
/** Room that is used again: to allocate it takes longer than to sort a few hundred. */
let rooms: readonly [Uint32Array, Uint32Array] = [new Uint32Array(MAX_HISTORY), new Uint32Array(MAX_HISTORY)];

/**
 * The places of the items in ascending order of their numbers, until the next call: by as many passes of a
 * radix sort as the largest number has bytes. A comparison for each step takes ten times as long.
 */
function placesByItem(items: Uint32Array): Uint32Array {
  const count = items.length;
  let most = 0;
  for (let at = 0; at < count; at += 1) if (items[at]! > most) most = items[at]!;
  if (rooms[0].length < count) rooms = [new Uint32Array(count), new Uint32Array(count)];
  let [from, to] = rooms;
  for (let at = 0; at < count; at += 1) from[at] = at;
  for (let shift = 0; shift < 32 && most >>> shift > 0; shift += DIGIT_BITS) {
    digitEnds.fill(0);
    for (let at = 0; at < count; at += 1) digitEnds[(items[at]! >>> shift) & (DIGITS - 1)]! += 1;
    for (let digit = 0, end = 0; digit < DIGITS; digit += 1) digitEnds[digit] = end += digitEnds[digit]!;
    for (let place = count - 1; place >= 0; place -= 1) {
      const at = from[place]!;
      to[(digitEnds[(items[at]! >>> shift) & (DIGITS - 1)]! -= 1)] = at;
    }
    [from, to] = [to, from];
  }
  return from.subarray(0, count);
}
