import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldEvents, NO_PROFILE, type FoldableEvent, type Profile } from "./fold.ts";
import { historyVector } from "./history-vector.ts";
import { afterOrigin, withEvents } from "./viewer-changes.ts";
import { viewerStateOf } from "./viewer-state-of.ts";
import { packViewerState, readViewerState } from "./viewer-state-codec.ts";
import { newViewerState, viewerVector, type ViewerState } from "./viewer-state.ts";

const NOW_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SIGNALS = { affinity: "crime_1", recency: "mixed", depth: "casual" } as const;

function event(type: FoldableEvent["type"], item: number, timeMs = NOW_MS, progress?: number): FoldableEvent {
  return { type, item, timeMs, progress };
}

function play(item: number, timeMs = NOW_MS): FoldableEvent {
  return event("play", item, timeMs);
}

function ofOrigin(events: readonly FoldableEvent[], nowMs = NOW_MS): ViewerState {
  const profile: Profile = foldEvents(NO_PROFILE, events);
  return viewerStateOf(profile, SIGNALS, profile.updatedMs, nowMs);
}

/** As it is in the cookie. */
function carried(state: ViewerState): ViewerState {
  return readViewerState(packViewerState(state, "0123456789ab").bytes)!.state;
}

function watchedOf({ titles }: ViewerState): number[] {
  return [...titles.items].filter((_, at) => titles.watched[at] === 1);
}

const rowOf = (item: number) => (item === 9 ? undefined : item - 1);

describe("the state of a profile", () => {
  test("has the vector that the profile has, by the real clock", () => {
    const history = [
      { item: 1, weight: 1, timeMs: NOW_MS - 30 * DAY_MS },
      { item: 2, weight: 0.5, timeMs: 0 },
      { item: 3, weight: 0.3, timeMs: NOW_MS + DAY_MS },
      { item: 9, weight: 1, timeMs: NOW_MS },
    ];
    const offsetMs = -140 * DAY_MS;
    const state = viewerStateOf({ history, hidden: [] }, SIGNALS, NOW_MS, NOW_MS - offsetMs, offsetMs);
    const expected = historyVector(history, { rowOf }, NOW_MS);
    const { rows, values } = viewerVector(state, rowOf);
    expect([...rows]).toEqual([...expected.rows]);
    values.forEach((value, at) => expect(value).toBeCloseTo(expected.values[at]!, 4));
    expect(state).toMatchObject({ foldedMs: NOW_MS, plays: 2.8, writtenMs: NOW_MS - offsetMs });
  });

  test("has the newest plays first, and what was only opened not among them", () => {
    const events = Array.from({ length: 30 }, (_, at) => play(at + 1, NOW_MS - at * DAY_MS));
    const { recent } = ofOrigin([event("click", 99), ...events]);
    expect(recent.map(({ item }) => item)).toEqual(events.slice(0, 24).map(({ item }) => item));
  });
});

describe("what is posted", () => {
  test("is in the next state, with the fold's weights", () => {
    const state = withEvents(
      undefined,
      [play(1), event("click", 2), event("progress", 3, NOW_MS, 0.7), event("impression", 4)],
      NOW_MS,
    );
    expect([...state.titles.items]).toEqual([1, 2, 3]);
    expect([...state.titles.values].map((value) => Math.round(value * 10) / 10)).toEqual([1, 0.3, 0.7]);
    expect([...state.titles.watched]).toEqual([1, 0, 0]);
    expect(state.recent.map(({ item, progress }) => [item, progress])).toEqual([
      [3, 0.7],
      [1, undefined],
    ]);
    expect(state.plays).toBeCloseTo(2);
    expect(state.signals.depth).toBe("casual");
  });

  test("counts more than what was played before, by the half-life", () => {
    const before = carried(withEvents(undefined, [play(1)], NOW_MS));
    const after = carried(withEvents(before, [play(2, NOW_MS + 30 * DAY_MS)], NOW_MS + 30 * DAY_MS));
    expect([...viewerVector(after, rowOf).values].map((value) => value.toFixed(3))).toEqual([
      "0.447",
      "0.894",
    ]);
  });

  test("of unknown items changes nothing, and a time to come is now", () => {
    const state = withEvents(
      undefined,
      [{ type: "play", item: undefined, timeMs: NOW_MS }, play(2, NOW_MS + DAY_MS)],
      NOW_MS,
    );
    expect([...state.titles.items]).toEqual([2]);
    expect(state.recent[0]?.timeMs).toBe(NOW_MS);
  });

  test("a title is left unfinished until it is completed", () => {
    let state = withEvents(undefined, [event("progress", 1, NOW_MS, 0.4)], NOW_MS);
    expect(state.recent[0]?.progress).toBe(0.4);
    state = withEvents(state, [play(1)], NOW_MS);
    expect(state.recent[0]?.progress).toBe(0.4);
    state = withEvents(state, [event("complete", 1)], NOW_MS);
    expect(state.recent).toEqual([{ item: 1, timeMs: NOW_MS, progress: undefined }]);
  });

  test("what is posted twice counts once", () => {
    const once = withEvents(undefined, [play(1)], NOW_MS);
    expect(withEvents(once, [play(1)], NOW_MS)).toEqual(once);
  });
});

const plays = fc.array(
  fc.record({
    item: fc.integer({ min: 1, max: 40 }),
    timeMs: fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS }),
  }),
  { minLength: 1, maxLength: 30 },
);

describe("an individual page's state", () => {
  test("never loses a play after the watermark, nor one of ten minutes before it", () => {
    fc.assert(
      fc.property(plays, fc.integer({ min: 0, max: 30 }), (posted, folded) => {
        const events = posted.map(({ item, timeMs }) => play(item, timeMs));
        const own = ofOrigin(events.slice(0, folded));
        const state = afterOrigin(own, carried(withEvents(undefined, events, NOW_MS)));
        const late = posted.filter(({ timeMs }) => timeMs > own.foldedMs - 9 * MINUTE_MS);
        expect(watchedOf(state)).toEqual(expect.arrayContaining(late.map(({ item }) => item)));
        expect(watchedOf(state)).toEqual(expect.arrayContaining(watchedOf(own)));
      }),
    );
  });

  test("takes the place of what was carried from before", () => {
    const before = carried(withEvents(undefined, [play(1, NOW_MS - DAY_MS)], NOW_MS));
    const own = ofOrigin([play(2)]);
    expect(afterOrigin(own, before)).toEqual(own);
    expect(afterOrigin(own, undefined)).toBe(own);
  });

  test("made before newer plays does not undo them, in whatever order posts and pages come, one at a time", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant("page" as const), fc.integer({ min: 1, max: 40 })), { maxLength: 40 }),
        (steps) => {
          // The origin gets each post three steps late.
          const posted: FoldableEvent[] = [];
          let cookie: ViewerState | undefined;
          for (const [at, step] of steps.entries()) {
            const nowMs = NOW_MS + at * 1000;
            if (step === "page") {
              cookie = carried(afterOrigin(ofOrigin(posted.slice(0, -3), nowMs), cookie));
            } else {
              posted.push(play(step, nowMs));
              cookie = carried(withEvents(cookie, [play(step, nowMs)], nowMs));
            }
          }
          const expected = new Set(posted.map(({ item }) => item));
          expect(new Set(cookie === undefined ? [] : watchedOf(cookie))).toEqual(expected);
        },
      ),
    );
  });

  test("a hundred plays in an outage stay when the origin is back with its old state", () => {
    const own = ofOrigin([play(500, NOW_MS - DAY_MS)]);
    let cookie = carried(own);
    for (let at = 1; at <= 100; at += 1) {
      cookie = carried(withEvents(cookie, [play(at, NOW_MS + at * MINUTE_MS)], NOW_MS + at * MINUTE_MS));
    }
    expect(watchedOf(carried(afterOrigin(own, cookie)))).toHaveLength(101);
  });

  test("is as old as the oldest that is in it, so that an erasure voids what was carried over", () => {
    const old = withEvents(undefined, [play(1, NOW_MS)], NOW_MS);
    const own = ofOrigin([], NOW_MS + DAY_MS);
    expect(afterOrigin(own, old).writtenMs).toBe(NOW_MS);
    expect(withEvents(old, [play(2)], NOW_MS + DAY_MS).writtenMs).toBe(NOW_MS);
    const seen = ofOrigin([play(2, NOW_MS + DAY_MS)], NOW_MS + DAY_MS);
    expect(afterOrigin(seen, old).writtenMs).toBe(NOW_MS + DAY_MS);
  });

  test("keeps a title hidden that the origin has not heard of yet, and shown again once it was played", () => {
    const hide = event("hide", 1);
    const own = ofOrigin([play(1, NOW_MS - MINUTE_MS * 2)]);
    const hiding = carried(withEvents(own, [hide], NOW_MS));
    expect([...afterOrigin(own, hiding).hidden]).toEqual([1]);
    const played = withEvents(hiding, [play(1, NOW_MS + MINUTE_MS)], NOW_MS + MINUTE_MS);
    expect([...played.hidden]).toEqual([]);
    const ownHidden = { ...own, hidden: Uint32Array.of(1), hiddenMs: Float64Array.of(0) };
    expect([...afterOrigin(ownHidden, played).hidden]).toEqual([]);
  });
});

test("a forged state stays finite with whatever is added to it", () => {
  const forged = { ...newViewerState(NOW_MS), writtenMs: 0, valuesMs: 2 ** 28 * 1000 };
  const state = afterOrigin(ofOrigin([]), carried(withEvents(forged, [play(1)], NOW_MS)));
  expect([...viewerVector(state, rowOf).values]).toEqual([1]);
});
