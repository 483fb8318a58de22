/** A viewer state while it is changed, with its titles by number. Pure. */
import { HISTORY_HALF_LIFE_MS } from "./history-vector.ts";
import {
  isLate,
  MAX_RECENT,
  MAX_UNSEEN_RECENT,
  MINUTE_MS,
  type RecentPlay,
  type ViewerState,
} from "./viewer-state.ts";

export type Title = { readonly value: number; readonly watched: boolean };

/** A state while it is changed. */
export type Draft = Omit<ViewerState, "titles" | "recent" | "hidden" | "hiddenMs" | "plays"> & {
  plays: number;
  readonly titles: Map<number, Title>;
  readonly recent: RecentPlay[];
  /** item → when it was hidden */
  readonly hidden: Map<number, number>;
};

export function draftOf({ titles, recent, hidden, hiddenMs, ...rest }: ViewerState): Draft {
  const entries = Array.from(titles.items, (item, at): [number, Title] => [
    item,
    { value: titles.values[at]!, watched: titles.watched[at] === 1 },
  ]);
  return {
    ...rest,
    titles: new Map(entries),
    recent: [...recent],
    hidden: new Map(Array.from(hidden, (item, at): [number, number] => [item, hiddenMs[at]!])),
  };
}

export function stateOf({ titles, recent, hidden, ...rest }: Draft): ViewerState {
  const known = [...titles].toSorted(([a], [b]) => a - b);
  const hiddenItems = [...hidden].toSorted(([a], [b]) => a - b);
  return {
    ...rest,
    titles: {
      items: Uint32Array.from(known, ([item]) => item),
      values: Float32Array.from(known, ([, { value }]) => value),
      watched: Uint8Array.from(known, ([, { watched }]) => (watched ? 1 : 0)),
    },
    recent: boundRecent(recent, rest.foldedMs),
    hidden: Uint32Array.from(hiddenItems, ([item]) => item),
    hiddenMs: Float64Array.from(hiddenItems, ([, timeMs]) => wholeMinutes(timeMs)),
  };
}

/** The newest, and besides those that the origin has not seen, in whole minutes. */
export function boundRecent(recent: readonly RecentPlay[], foldedMs: number): RecentPlay[] {
  return recent
    .slice(0, MAX_UNSEEN_RECENT)
    .filter(({ timeMs }, at) => at < MAX_RECENT || isLate(timeMs, foldedMs))
    .map((play) => ({ ...play, timeMs: wholeMinutes(play.timeMs) }));
}

/** What an unfinished or opened title is taken to have counted for: its weight is not known any more. */
export const PART_WEIGHT = 0.5;

export function addTitle(draft: Draft, item: number, { value, watched }: Title, weight: number): void {
  const known = draft.titles.get(item);
  if (known === undefined) draft.plays += weight;
  else if (watched && !known.watched) draft.plays += 1 - PART_WEIGHT;
  draft.titles.set(item, {
    value: Math.max(value, known?.value ?? 0),
    watched: watched || known?.watched === true,
  });
}

/** Of one item the newest play stays. Of plays in one minute the one that came last is the newest. */
export function addRecent({ recent }: Draft, play: RecentPlay): void {
  const timeMs = wholeMinutes(play.timeMs);
  const known = recent.findIndex(({ item }) => item === play.item);
  if (known >= 0 && recent[known]!.timeMs > timeMs) return;
  if (known >= 0) recent.splice(known, 1);
  const at = recent.findIndex((other) => other.timeMs <= timeMs);
  recent.splice(at < 0 ? recent.length : at, 0, { ...play, timeMs });
}

export function lastPlayMs({ recent }: Draft, item: number): number {
  return recent.find((play) => play.item === item)?.timeMs ?? 0;
}

/** So that a state that somebody has forged holds no infinite values. */
const MOST_OCTAVES = 60;

/** What is left of a title's weight after all time. */
export const LEAST_RECENCY = 2 ** -MOST_OCTAVES;

/** Above 1 where the time is after `atMs`. An unknown time does not decay. */
export function recencyAt(timeMs: number, atMs: number): number {
  const octaves = timeMs === 0 ? 0 : (timeMs - atMs) / HISTORY_HALF_LIFE_MS;
  return 2 ** Math.min(MOST_OCTAVES, Math.max(-MOST_OCTAVES, octaves));
}

export function wholeMinutes(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}
