/**
 * How a viewer state comes to be: from a profile at the origin, and by what its viewer posts at the edge.
 * Pure.
 */
import { DEPTHS, type Depth, type ProfileSignals } from "@spillway/shared/signals/signals.ts";
import { weightOf, type FoldableEvent, type Profile } from "./fold.ts";
import { PLAY_WEIGHT, unfinishedShare, WATCHED_WEIGHT, type HistoryEntry } from "./history.ts";
import { DEPTH_WINDOW_MS, depthOfPlays } from "./profile-signals.ts";
import {
  addRecent,
  addTitle,
  boundRecent,
  draftOf,
  lastPlayMs,
  PART_WEIGHT,
  recencyAt,
  stateOf,
  wholeMinutes,
  type Draft,
} from "./viewer-draft.ts";
import {
  isLate,
  MAX_RECENT,
  MAX_UNSEEN_RECENT,
  newViewerState,
  unseenIn,
  wholeSeconds,
  type RecentPlay,
  type ViewerState,
  type ViewerTitles,
} from "./viewer-state.ts";

/**
 * `foldedMs`: the time of the newest event in the profile, by the real clock. The profile's own times are
 * `clockOffsetMs` ahead of it.
 */
export function viewerStateOf(
  profile: Pick<Profile, "history" | "hidden">,
  signals: ProfileSignals,
  foldedMs: number,
  nowMs: number,
  clockOffsetMs = 0,
): ViewerState {
  const realMs = (timeMs: number) => (timeMs === 0 ? 0 : Math.max(1, timeMs - clockOffsetMs));
  const folded = wholeSeconds(foldedMs);
  const recent = newestPlays(
    profile.history,
    (timeMs, at) => at < MAX_RECENT || isLate(realMs(timeMs), folded),
  )
    .slice(0, MAX_UNSEEN_RECENT)
    .map(({ item, timeMs, progress }): RecentPlay => ({ item, timeMs: realMs(timeMs), progress }));
  const hidden = profile.hidden.toSorted((a, b) => a.item - b.item);
  return {
    ...newViewerState(nowMs),
    foldedMs: folded,
    signals,
    plays: weightOfAll(profile.history),
    titles: titlesOf(profile.history, realMs, nowMs),
    recent: boundRecent(recent, folded),
    hidden: Uint32Array.from(hidden, ({ item }) => item),
    hiddenMs: Float64Array.from(hidden, ({ timeMs }) => wholeMinutes(realMs(timeMs))),
  };
}

/** The plays and what was left unfinished, the newest first, up to the first that is not wanted. */
function newestPlays(
  history: Profile["history"],
  isWanted: (timeMs: number, at: number) => boolean,
): HistoryEntry[] {
  const plays: HistoryEntry[] = [];
  for (const entry of inOrder(history)) {
    if (entry.weight < PLAY_WEIGHT && entry.progress === undefined) continue;
    if (!isWanted(entry.timeMs, plays.length)) break;
    plays.push(entry);
  }
  return plays;
}

/** A stored history stands in this order already, but for what no cycle has folded yet. */
function inOrder(history: Profile["history"]): Profile["history"] {
  for (let at = 1; at < history.length; at += 1)
    if (byNewest(history[at - 1]!, history[at]!) > 0) return history.toSorted(byNewest);
  return history;
}

/** Above 0 where `a` comes behind `b`. */
function byNewest(a: HistoryEntry, b: HistoryEntry): number {
  return b.timeMs - a.timeMs || a.item - b.item;
}

function weightOfAll(history: Profile["history"]): number {
  let sum = 0;
  for (let at = 0; at < history.length; at += 1) sum += history[at]!.weight;
  return sum;
}

function titlesOf(
  history: Profile["history"],
  realMs: (timeMs: number) => number,
  nowMs: number,
): ViewerTitles {
  const count = history.length;
  // An item and its place as one number: a typed array sorts them many times faster than entries are sorted.
  const order = new Float64Array(count);
  for (let at = 0; at < count; at += 1) order[at] = history[at]!.item * count + at;
  order.sort();
  const items = new Uint32Array(count);
  const values = new Float32Array(count);
  const watched = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) {
    const { item, weight, timeMs } = history[order[at]! % count]!;
    const realTimeMs = realMs(timeMs);
    items[at] = item;
    values[at] = weight * recencyAt(realTimeMs, Math.max(nowMs, realTimeMs));
    watched[at] = weight >= WATCHED_WEIGHT ? 1 : 0;
  }
  return { items, values, watched };
}

/**
 * The state after what its viewer has just posted. Weights are those of the fold. Events of unknown items
 * change nothing.
 */
export function withEvents(
  state: ViewerState | undefined,
  events: readonly FoldableEvent[],
  nowMs: number,
): ViewerState {
  const draft = draftOf(state ?? newViewerState(nowMs));
  for (const event of events) addEvent(draft, event, nowMs);
  const depth = deeper(draft.signals.depth, depthOfPlays(countRecentlyWatched(draft, nowMs)));
  return stateOf({ ...draft, signals: { ...draft.signals, depth } });
}

/**
 * The state that the origin has made takes the place of the one that was carried, but for plays and hidden
 * titles that are newer than its watermark: they may still wait in a queue.
 */
export function afterOrigin(own: ViewerState, carried: ViewerState | undefined): ViewerState {
  if (carried === undefined) return own;
  const { plays, hidden } = unseenIn(carried, own.foldedMs);
  if (plays.length === 0 && hidden.length === 0) return own;
  const draft = draftOf(own);
  const titles = draftOf(carried).titles;
  const rescale = recencyAt(carried.valuesMs, own.valuesMs);
  for (const play of plays.toReversed()) {
    const known = titles.get(play.item);
    if (known === undefined) continue;
    const weight = known.watched ? 1 : PART_WEIGHT;
    addTitle(draft, play.item, { ...known, value: known.value * rescale }, weight);
    addRecent(draft, play);
    if (play.timeMs >= (draft.hidden.get(play.item) ?? Infinity)) draft.hidden.delete(play.item);
  }
  for (const [item, timeMs] of hidden) {
    if (lastPlayMs(draft, item) <= timeMs) draft.hidden.set(item, timeMs);
  }
  const depth = deeper(own.signals.depth, carried.signals.depth);
  return stateOf({
    ...draft,
    signals: { ...own.signals, depth },
    // What was carried may come from before an erasure of which this isolate has not heard yet.
    writtenMs: Math.min(own.writtenMs, carried.writtenMs),
  });
}

function addEvent(draft: Draft, event: FoldableEvent, nowMs: number): void {
  const { item } = event;
  if (item === undefined) return;
  const timeMs = event.timeMs <= 0 ? nowMs : Math.min(event.timeMs, nowMs);
  if (event.type === "hide") {
    if (lastPlayMs(draft, item) <= timeMs) draft.hidden.set(item, timeMs);
    return;
  }
  const weight = weightOf(event);
  if (weight === 0) return;
  if (timeMs >= wholeMinutes(draft.hidden.get(item) ?? Infinity)) draft.hidden.delete(item);
  const watched = weight >= WATCHED_WEIGHT;
  // A title counts with its greatest weight and its latest time. Of the greatest weight is known whether it
  // was a whole play.
  const strongest = draft.titles.get(item)?.watched === true ? 1 : weight;
  addTitle(draft, item, { value: strongest * recencyAt(timeMs, draft.valuesMs), watched }, weight);
  if (event.type === "click") return;
  const known = draft.recent.find((play) => play.item === item);
  addRecent(draft, { item, timeMs, progress: progressAfter(event, known) });
}

function progressAfter(event: FoldableEvent, known: RecentPlay | undefined): number | undefined {
  if (event.type === "complete") return undefined;
  const { progress } = event;
  return event.type === "progress" && progress !== undefined ? unfinishedShare(progress) : known?.progress;
}

/** Plays of an unknown time count, as everywhere. */
function countRecentlyWatched({ titles, valuesMs }: Draft, nowMs: number): number {
  const least = WATCHED_WEIGHT * recencyAt(nowMs - DEPTH_WINDOW_MS, valuesMs);
  let count = 0;
  for (const { value, watched } of titles.values()) if (watched && value >= least) count += 1;
  return count;
}

function deeper(one: Depth, other: Depth): Depth {
  return DEPTHS.indexOf(one) >= DEPTHS.indexOf(other) ? one : other;
}

/** What is left of a state where no history may travel: the signals that lead to a cluster. */
export function withoutHistory({ writtenMs, foldedMs, signals }: ViewerState): ViewerState {
  return { ...newViewerState(writtenMs), foldedMs, signals };
}
