/**
 * What a viewer's cookie knows that the origin may not have heard of yet, since it waits in a queue: as a
 * small state to send along with a question, and as events on top of the profile that the origin has. Pure.
 */
import { foldEvents, type FoldableEvent, type Profile } from "./fold.ts";
import { MINUTE_MS, newViewerState, unseenIn, type ViewerState } from "./viewer-state.ts";

/** Undefined where the origin knows all. */
export function unseenPart(state: ViewerState): ViewerState | undefined {
  const { titles, foldedMs, writtenMs, valuesMs } = state;
  const { plays, hidden } = unseenIn(state, foldedMs);
  if (plays.length === 0 && hidden.length === 0) return undefined;
  const played = new Set(plays.map(({ item }) => item));
  const own = [...titles.items.keys()].filter((at) => played.has(titles.items[at]!));
  return {
    ...newViewerState(writtenMs),
    foldedMs,
    valuesMs,
    recent: plays,
    titles: {
      items: Uint32Array.from(own, (at) => titles.items[at]!),
      values: Float32Array.from(own, (at) => titles.values[at]!),
      watched: Uint8Array.from(own, (at) => titles.watched[at]!),
    },
    hidden: Uint32Array.from(hidden, ([item]) => item),
    hiddenMs: Float64Array.from(hidden, ([, timeMs]) => timeMs),
  };
}

/** The profile's times are `clockOffsetMs` ahead of the real clock, by which the carried ones are. */
export function withUnseen(
  profile: Profile,
  carried: ViewerState,
  { nowMs, clockOffsetMs }: { readonly nowMs: number; readonly clockOffsetMs: number },
): Profile {
  // A state has whole minutes, and the profile may have something older of the same minute.
  const latestMs = (timeMs: number): number => Math.min(nowMs, timeMs + MINUTE_MS - 1) + clockOffsetMs;
  const watched = new Set(carried.titles.items.filter((_, at) => carried.titles.watched[at] === 1));
  const events: FoldableEvent[] = [];
  for (const { item, timeMs, progress } of carried.recent.toReversed()) {
    const at = { item, timeMs: latestMs(timeMs) };
    // Of a watched title that is not unfinished, nothing is left to go on with.
    if (watched.has(item)) events.push({ ...at, type: progress === undefined ? "complete" : "play" });
    if (progress !== undefined || !watched.has(item)) events.push({ ...at, type: "progress", progress });
  }
  carried.hidden.forEach((item, at) => {
    events.push({ type: "hide", item, timeMs: latestMs(carried.hiddenMs[at]!) });
  });
  const { history, hidden } = foldEvents(profile, events);
  return { ...profile, history, hidden };
}
