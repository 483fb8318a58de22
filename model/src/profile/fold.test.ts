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
    expect(foldEvents(NO_PROFILE, [play(event)]).history).toEqual([{ item: 1, weight, timeMs: NOON_MS }]);
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
