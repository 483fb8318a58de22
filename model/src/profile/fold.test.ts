import { describe, expect, test } from "vitest";
import { NO_SIGNALS, type Signals } from "@spillway/shared/signals/signals.ts";
import { foldEvents, latestSignals, NO_PROFILE, type FoldableEvent } from "./fold.ts";

const NOON_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;

function play(more: Partial<FoldableEvent> = {}): FoldableEvent {
  return { type: "play", item: 1, timeMs: NOON_MS, ...more };
}

function signals(more: Partial<Signals>): Signals {
  return { ...NO_SIGNALS, ...more };
}

describe("an event's weight", () => {
  test.each<[Partial<FoldableEvent>, number]>([
    [{ type: "play" }, 1],
    [{ type: "complete" }, 1],
    [{ type: "click" }, 0.3],
    [{ type: "progress" }, 0.3],
    [{ type: "progress", progress: 0.1 }, 0.3],
    [{ type: "progress", progress: 0.7 }, 0.7],
    [{ type: "progress", progress: 1.5 }, 1],
  ])("%j counts %d plays", (event, weight) => {
    expect(foldEvents(NO_PROFILE, [play(event)]).history).toMatchObject([
      { item: 1, weight, timeMs: NOON_MS },
    ]);
  });

  test.each<Partial<FoldableEvent>>([{ type: "impression" }, { item: undefined }])(
    "%j says nothing about taste, and is a visit all the same",
    (event) => {
      expect(foldEvents(NO_PROFILE, [play(event)])).toEqual({
        ...NO_PROFILE,
        visits: 1,
        updatedMs: NOON_MS,
      });
    },
  );
});

describe("an item", () => {
  test("counts with its strongest event and its latest time, in whichever order they come", () => {
    const strong = play({ timeMs: NOON_MS - MINUTE_MS });
    const late = play({ type: "click", timeMs: NOON_MS });
    const folded = [{ item: 1, weight: 1, timeMs: NOON_MS }];
    expect(foldEvents(NO_PROFILE, [strong, late]).history).toEqual(folded);
    expect(foldEvents(NO_PROFILE, [late, strong]).history).toEqual(folded);
    expect(foldEvents(foldEvents(NO_PROFILE, [late]), [strong]).history).toEqual(folded);
  });
});

function progress(share: number): Partial<FoldableEvent> {
  return { type: "progress", progress: share };
}

describe("an unfinished share", () => {
  const minutes = (...events: readonly Partial<FoldableEvent>[]): FoldableEvent[] =>
    events.map((event, minute) => play({ timeMs: NOON_MS + minute * MINUTE_MS, ...event }));

  test.each<[string, number | undefined, Partial<FoldableEvent>[]]>([
    ["is kept beside the weight of the play before it", 0.4, [{ type: "play" }, progress(0.4)]],
    ["is the latest", 0.62, [progress(0.4), progress(0.617)]],
    ["may go back", 0.1, [progress(0.4), progress(0.1)]],
    ["is none before the first per cent", undefined, [progress(0.4), progress(0.004)]],
    ["is none where the credits begin", undefined, [progress(0.4), progress(0.9)]],
    ["is none after the end", undefined, [progress(0.4), { type: "complete" }]],
    ["begins anew after the end", 0.2, [{ type: "complete" }, progress(0.2)]],
    ["stays when its viewer returns", 0.4, [progress(0.4), { type: "click" }, { type: "play" }]],
    ["stays when nobody says how far", 0.4, [progress(0.4), { type: "progress" }]],
    [
      "is not undone by what comes late",
      undefined,
      [{ type: "complete" }, { ...progress(0.4), timeMs: NOON_MS - 1 }],
    ],
  ])("%s", (_, share, events) => {
    expect(foldEvents(NO_PROFILE, minutes(...events)).history[0]?.progress).toBe(share);
  });
});

describe("a hidden item", () => {
  const hide = play({ type: "hide" });

  test("is no play, and leaves the history as it was", () => {
    expect(foldEvents(NO_PROFILE, [hide])).toMatchObject({
      history: [],
      hidden: [{ item: 1, timeMs: NOON_MS }],
    });
    const { history } = foldEvents(NO_PROFILE, [play({ timeMs: NOON_MS - 1 }), hide]);
    expect(history).toEqual([{ item: 1, weight: 1, timeMs: NOON_MS - 1 }]);
  });

  test.each([
    ["play", 1, 0],
    ["click", 1, 0],
    ["complete", 1, 0],
    ["play", -1, 1],
    ["impression", 1, 1],
  ] as const)("after a %s at %d minutes from it counts %d", (type, minute, count) => {
    const other = play({ type, timeMs: NOON_MS + minute * MINUTE_MS });
    expect(foldEvents(NO_PROFILE, [hide, other]).hidden).toHaveLength(count);
    expect(foldEvents(NO_PROFILE, [other, hide]).hidden).toHaveLength(count);
  });

  test("of one instant with a click, the later in the batch counts", () => {
    const click = play({ type: "click" });
    expect(foldEvents(NO_PROFILE, [hide, click]).hidden).toEqual([]);
    expect(foldEvents(NO_PROFILE, [click, hide]).hidden).toHaveLength(1);
  });
});

function playOf(team: string, timeMs: number): FoldableEvent {
  return play({ timeMs, signals: signals({ team }) });
}

function teamAfter(...events: FoldableEvent[]): string | undefined {
  return foldEvents(NO_PROFILE, events).signals?.team;
}

describe("a visit", () => {
  test.each([
    [0, 1],
    [30 * MINUTE_MS, 1],
    [30 * MINUTE_MS + 1, 2],
  ])("after a pause of %d ms makes it %d visits", (pauseMs, visits) => {
    const first = foldEvents(NO_PROFILE, [play()]);
    expect(foldEvents(first, [play({ timeMs: NOON_MS + pauseMs })]).visits).toBe(visits);
  });

  test("begins with the first event, even one of an unknown time", () => {
    expect(foldEvents(NO_PROFILE, [play({ timeMs: 0 })]).visits).toBe(1);
  });

  test("is not begun by an event that comes late", () => {
    const folded = foldEvents(NO_PROFILE, [play(), play({ timeMs: NOON_MS - 100 * MINUTE_MS })]);
    expect(folded).toMatchObject({ visits: 1, updatedMs: NOON_MS });
  });

  test("has the signals of its newest event, and of two at one time those of the second", () => {
    expect(teamAfter(playOf("ESP", NOON_MS), playOf("BEL", NOON_MS - 1))).toBe("ESP");
    expect(teamAfter(playOf("ESP", NOON_MS), playOf("BEL", NOON_MS))).toBe("BEL");
  });
});

describe("the signals after a request", () => {
  const arrival = signals({ team: "ESP", entry: "social", campaign: "qf-1", event: "match-1" });

  test.each<[string, Signals | undefined, Signals | undefined, Signals | undefined]>([
    ["are the first ones", undefined, arrival, arrival],
    ["are the first ones, whatever they leave open", undefined, NO_SIGNALS, NO_SIGNALS],
    ["stay when it tells none", arrival, undefined, arrival],
    [
      "are its own, and so is its team",
      arrival,
      signals({ team: "BEL", entry: "search" }),
      signals({ team: "BEL", entry: "search" }),
    ],
    [
      "keep the team that it does not name",
      arrival,
      signals({ entry: "search" }),
      signals({ team: "ESP", entry: "search" }),
    ],
    [
      "keep how the visitor arrived, when they move on inside",
      arrival,
      signals({ entry: "internal" }),
      arrival,
    ],
  ])("%s", (_, known, next, expected) => {
    expect(latestSignals(known, next)).toEqual(expected);
  });
});
