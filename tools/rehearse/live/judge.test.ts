import fc from "fast-check";
import { expect, test } from "vitest";
import { planPhases } from "./phases.ts";
import { isValid, judge, measure, mostWithinASecond, recoveryS } from "./judge.ts";
import type { Outcome } from "@spillway/simulation/live/outcome.ts";
import type { CounterSample } from "./origin-counters.ts";

const timing = {
  thresholdPerSec: 10,
  baseOfThreshold: 0.5,
  peakOfThreshold: 100,
  baseS: 2,
  wallS: 2,
  recoverS: 6,
};
const phases = planPhases(timing);
const [, , recovery] = phases;

function outcome(atMs: number, servedAs = "individual", more: Partial<Outcome> = {}): Outcome {
  return { atMs, lagMs: 0.2, latencyMs: 5, status: 200, servedAs, reason: "admitted", ...more };
}

function sample(atMs: number, personalized: number, more: Partial<CounterSample> = {}): CounterSample {
  return {
    askedMs: atMs - 2,
    answeredMs: atMs + 2,
    personalized,
    offered: personalized,
    admittedPeakPerSec: undefined,
    ...more,
  };
}

function personalizedOf({ personalized }: CounterSample): number {
  return personalized;
}

const goodRun = {
  thresholdPerSec: 10,
  phases,
  outcomes: [outcome(500), outcome(2500, "cluster", { reason: "over-threshold" }), outcome(4500)],
  samples: [sample(-400, 7), sample(5000, 9)],
};

const failing = (run: Parameters<typeof measure>[0]): string[] =>
  judge(10, measure(run))
    .filter(({ ok }) => !ok)
    .map(({ promise }) => promise);

test("a run that keeps every promise passes every check", () => {
  expect(failing(goodRun)).toEqual([]);
});

test.each<[string, Partial<typeof goodRun>, RegExp]>([
  ["a 503", { outcomes: [...goodRun.outcomes, outcome(5000, "", { status: 503 })] }, /5xx/],
  ["a lost connection", { outcomes: [...goodRun.outcomes, outcome(5000, "reset", { status: 0 })] }, /5xx/],
  [
    "a generic page",
    { outcomes: [outcome(2500, "generic", { reason: "rule" }), ...goodRun.outcomes] },
    /generic/,
  ],
  [
    "a page that is built in",
    { outcomes: [outcome(2500, "builtin", { reason: "rule" }), ...goodRun.outcomes] },
    /generic/,
  ],
  [
    "a slow wall",
    { outcomes: [...goodRun.outcomes, outcome(2600, "cluster", { latencyMs: 101, reason: "" })] },
    /p99/,
  ],
  ["a late generator", { outcomes: goodRun.outcomes.map((each) => ({ ...each, lagMs: 30 })) }, /valid/],
  ["a page that no origin counted", { samples: [sample(-400, 7), sample(5000, 8)] }, /counted/],
  ["an answer that nobody got", { samples: [sample(-400, 7), sample(5000, 10)] }, /counted/],
  [
    "more than T + 1 in a second",
    {
      outcomes: Array.from({ length: 12 }, (_, at) => outcome(500 + at)),
      samples: [sample(-400, 0), sample(400, 0), sample(900, 12)],
    },
    /personalized/,
  ],
  [
    "more than T + 1 by the gate's count",
    { samples: [sample(-400, 7), sample(5000, 9, { admittedPeakPerSec: 12 })] },
    /personalized/,
  ],
])("%s fails its check", (_, change, promise) => {
  const failed = failing({ ...goodRun, ...change });
  expect(failed.some((text) => promise.test(text))).toBe(true);
});

test("answers that the edge had given up may have been counted", () => {
  const outcomes = [...goodRun.outcomes, outcome(2600, "cluster", { reason: "deadline" })];
  expect(failing({ ...goodRun, outcomes, samples: [sample(-400, 7), sample(5000, 10)] })).toEqual([]);
});

test("only pairs of polls that lie within a second count", () => {
  expect(mostWithinASecond([sample(0, 0), sample(990, 10), sample(1990, 30)], personalizedOf)).toBe(10);
  expect(mostWithinASecond([sample(0, 0), sample(990, 10), sample(1980, 30)], personalizedOf)).toBe(20);
});

test("no pair of polls shows more than the busiest second had", () => {
  const times = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 });
  const polls = fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 300 })));
  fc.assert(
    fc.property(times, polls, (admittedMs, drawn) => {
      const until = (ms: number): number => admittedMs.filter((atMs) => atMs <= ms).length;
      const samples = drawn
        .toSorted(([a], [b]) => a - b)
        .map(([atMs, awayMs]) => ({
          ...sample(0, until(atMs)),
          askedMs: atMs - awayMs,
          answeredMs: atMs + awayMs,
        }));
      const busiest = Math.max(0, ...admittedMs.map((atMs) => until(atMs) - until(atMs - 1001)));
      expect(mostWithinASecond(samples, personalizedOf)).toBeLessThanOrEqual(busiest);
    }),
  );
});

test.each<[string, readonly Outcome[], number]>([
  ["at once", [outcome(4100), outcome(5000)], 0],
  [
    "after its last page that was not individual",
    [outcome(4100), outcome(5500, "cluster"), outcome(6000)],
    1.5,
  ],
  ["never, when nothing individual follows", [outcome(4100), outcome(5500, "cluster")], Infinity],
  ["never, when nobody came", [], Infinity],
  ["whatever happened before the wall's end", [outcome(3999, "cluster"), outcome(4100)], 0],
])("the run recovers %s", (_, outcomes, seconds) => {
  expect(recoveryS(recovery, outcomes, 10)).toBe(seconds);
});

test("one page in more than a hundred a second does not put off the recovery", () => {
  const busy = Array.from({ length: 400 }, (_, at) =>
    outcome(4000 + at * 5, at === 100 ? "cluster" : undefined),
  );
  expect(recoveryS(recovery, busy, 1000)).toBe(0);
});

test("whoever comes in excess of the threshold does not put off the recovery, and whoever comes within it does", () => {
  const chance = Array.from({ length: 12 }, (_, at) =>
    outcome(5000 + at * 50, at < 10 ? "individual" : "cluster"),
  );
  const run = [outcome(4100, "cluster"), ...chance, outcome(7000)];
  expect(recoveryS(recovery, run, 10)).toBeCloseTo(0.1);
  expect(recoveryS(recovery, run, 12)).toBeCloseTo(1.55);
});

test("a run is valid as long as its requests were sent in time", () => {
  expect([isValid({ sendLagP99Ms: 25 }), isValid({ sendLagP99Ms: 25.1 })]).toEqual([true, false]);
});
