import { expect, test } from "vitest";
import { foldEvents, NO_PROFILE, type FoldableEvent } from "./fold.ts";
import { unseenPart, withUnseen } from "./unseen-events.ts";
import { withEvents } from "./viewer-changes.ts";
import { viewerStateOf } from "./viewer-state-of.ts";
import { packViewerState, readViewerState } from "./viewer-state-codec.ts";
import { newViewerState, type ViewerState } from "./viewer-state.ts";

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const SIGNALS = { affinity: "crime_1", recency: "mixed", depth: "casual" } as const;
const KNOWN = foldEvents(NO_PROFILE, [
  { type: "play", item: 1, timeMs: NOW_MS - 2 * HOUR_MS },
  { type: "progress", item: 2, timeMs: NOW_MS - HOUR_MS, progress: 0.4 },
]);
const CLOCKS = { nowMs: NOW_MS, clockOffsetMs: 0 };

function posted(events: readonly FoldableEvent[]): ViewerState {
  const state = viewerStateOf(KNOWN, SIGNALS, KNOWN.updatedMs, NOW_MS);
  return withEvents(readViewerState(packViewerState(state, "0123456789ab").bytes)!.state, events, NOW_MS);
}

/** As it is sent. */
function sent(state: ViewerState): ViewerState {
  return readViewerState(packViewerState(unseenPart(state)!, "0123456789ab").bytes)!.state;
}

test("what was posted last stands on the profile as if the queue had brought it, and nothing else is sent", () => {
  const events: FoldableEvent[] = [
    { type: "play", item: 7, timeMs: NOW_MS },
    { type: "progress", item: 8, timeMs: NOW_MS, progress: 0.5 },
    { type: "complete", item: 2, timeMs: NOW_MS },
    { type: "hide", item: 9, timeMs: NOW_MS },
  ];
  const part = sent(posted(events));
  expect([...part.titles.items]).toEqual([2, 7, 8]);
  const profile = withUnseen(KNOWN, part, CLOCKS);
  const byItem = (of: typeof profile) => of.history.toSorted((a, b) => a.item - b.item);
  const minutely = byItem(profile).map((entry) => ({ ...entry, timeMs: Math.min(entry.timeMs, NOW_MS) }));
  expect(minutely).toEqual(byItem(foldEvents(KNOWN, events)));
  expect(profile.hidden.map(({ item }) => item)).toEqual([9]);
  // The watermark goes by what was stored, and a carried play is no visit of its own.
  expect([profile.updatedMs, profile.visits]).toEqual([KNOWN.updatedMs, KNOWN.visits]);
});

test("times are moved to the content's clock", () => {
  const part = sent(posted([{ type: "play", item: 7, timeMs: NOW_MS }]));
  const { history } = withUnseen(KNOWN, part, { nowMs: NOW_MS, clockOffsetMs: -HOUR_MS });
  expect(history.find(({ item }) => item === 7)?.timeMs).toBe(NOW_MS - HOUR_MS);
});

test("where the origin knows all, nothing is sent", () => {
  const old = foldEvents(KNOWN, [{ type: "impression", item: 5, timeMs: NOW_MS }]);
  expect(unseenPart(viewerStateOf(old, SIGNALS, old.updatedMs, NOW_MS))).toBeUndefined();
  expect(unseenPart(newViewerState(NOW_MS))).toBeUndefined();
});
