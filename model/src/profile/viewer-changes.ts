/** How a viewer state changes by what its viewer posts at the edge, and by what the origin knows. Pure. */
import { DEPTHS, type Depth } from "@spillway/shared/signals/signals.ts";
import { weightOf, type FoldableEvent } from "./fold.ts";
import { unfinishedShare, WATCHED_WEIGHT } from "./history.ts";
import { DEPTH_WINDOW_MS, depthOfPlays } from "./profile-signals.ts";
import {
  addRecent,
  addTitle,
  draftOf,
  lastPlayMs,
  PART_WEIGHT,
  recencyAt,
  stateOf,
  wholeMinutes,
  type Draft,
} from "./viewer-draft.ts";
import { newViewerState, unseenIn, type RecentPlay, type ViewerState } from "./viewer-state.ts";

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
