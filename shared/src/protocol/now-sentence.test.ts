import { describe, expect, test } from "vitest";
import { deadOriginSentence, duration, nowSentence, percent, type NowFacts } from "./now-sentence.ts";
import type { MixRung, NowMixLatest } from "./now-state.ts";

const AT_MS = Date.parse("2026-07-10T20:00:00Z");

function latest(calls: Partial<Record<MixRung, number>>, more: Partial<NowMixLatest> = {}): NowMixLatest {
  const none = { individual: 0, tailored: 0, cluster: 0, parent: 0, generic: 0, builtin: 0 };
  return { spanMs: 10_000, calls: { ...none, ...calls }, originFailed: 0, ...more };
}

function facts(
  calls: Partial<Record<MixRung, number>>,
  {
    mix = {},
    demand = [12],
    ...more
  }: { mix?: Partial<NowFacts["mix"]>; demand?: (number | null)[] } & Partial<Omit<NowFacts, "mix">> = {},
): NowFacts {
  const columns = { individual: [], tailored: [], cluster: [], parent: [], generic: [], builtin: [] };
  return {
    atMs: AT_MS,
    instance: "i",
    mode: { inForce: "auto", ofRouting: "auto", untilMs: null, by: null, thresholdPerSec: null },
    band: "C prime time",
    thresholdPerSec: 200,
    instances: 1,
    routingVersion: 3,
    overSinceMs: null,
    seconds: { fromMs: AT_MS, demand, offered: [], admitted: [], threshold: [] },
    mix: {
      fromMs: 0,
      calls: columns,
      originFailed: [],
      untilMs: AT_MS - 8000,
      latest: latest(calls),
      ...mix,
    },
    isolates: { heard: 2, byVersion: [{ version: 3, candidate: null, isolates: 2 }] },
    pages: { oldestS: 30, medianS: 30, objectiveS: 120, over: 0, generation: 7 },
    queue: { lagS: 4, unfolded: 0 },
    deadLetters: 0,
    changes: [],
    origin: { health: "healthy", reasons: [], bearableShare: 1, startedMs: 0 },
    rollout: null,
    ...more,
  };
}

const SPIKE = { individual: 41, tailored: 930, cluster: 29 };

describe("the sentence", () => {
  test.each<[string, NowFacts, string]>([
    [
      "calm",
      facts({ individual: 100 }),
      "Under the threshold: 100 % individual; nobody generic; origin healthy.",
    ],
    [
      "over the threshold",
      facts(SPIKE, { overSinceMs: AT_MS - 192_000 }),
      "Over the threshold for 3 min 12 s: 4.1 % individual, 93 % tailored, 2.9 % cluster; nobody generic; origin healthy.",
    ],
    [
      "over it, some generic and builtin",
      facts({ cluster: 900, generic: 99, builtin: 1 }, { overSinceMs: AT_MS - 1000 }),
      "Over the threshold for 1 s: 90 % cluster, 0.1 % builtin; 9.9 % generic; origin healthy.",
    ],
    [
      "everybody generic",
      facts({ generic: 50 }, { overSinceMs: AT_MS - 3_600_000 }),
      "Over the threshold for 1 h: nobody has a page of their own; 100 % generic; origin healthy.",
    ],
    [
      "before the first report",
      facts({}, { mix: { untilMs: null, latest: latest({}, { spanMs: 0 }) }, demand: [2, 4] }),
      "Under the threshold, 3 requests a second; how they were served is not reported yet; origin healthy.",
    ],
    [
      "a wall before its first report",
      facts({}, { overSinceMs: AT_MS - 4000, mix: { untilMs: null, latest: latest({}) }, demand: [512.4] }),
      "Over the threshold for 4 s, 512 requests a second; how they were served is not reported yet; origin healthy.",
    ],
    [
      "a report that is late",
      facts({ tailored: 100 }, { mix: { untilMs: AT_MS - 90_000 } }),
      "Under the threshold: 100 % tailored; nobody generic; these shares are 1 min 30 s old; origin healthy.",
    ],
    [
      "no traffic",
      facts({ individual: 9 }, { mix: { untilMs: AT_MS - 90_000 }, demand: [0, 0] }),
      "No requests in the last half minute; origin healthy.",
    ],
    [
      "no isolates",
      facts({}, { demand: [], isolates: { heard: 0, byVersion: [] } }),
      "No traffic: no isolate was heard of in the last two minutes; origin healthy.",
    ],
    [
      "forced for a while",
      facts(
        { tailored: 3, cluster: 1 },
        {
          mode: {
            inForce: "force-cluster",
            ofRouting: "auto",
            untilMs: AT_MS + 843_000,
            by: "ada",
            thresholdPerSec: null,
          },
          demand: [null],
        },
      ),
      "Forced to stored and tailored pages by ada for 14 min 3 s more: 75 % tailored, 25 % cluster; nobody generic; origin healthy.",
    ],
    [
      "a wall in which isolates have just stopped asking",
      facts(
        { individual: 15, tailored: 39, cluster: 46 },
        {
          mix: {
            untilMs: AT_MS - 4000,
            latest: { ...latest({ individual: 15, tailored: 39, cluster: 46 }), spanMs: 5000 },
          },
          seconds: {
            fromMs: AT_MS - 9000,
            demand: [],
            offered: [5, 5, 5, 4, 0, 0, 0, 0, 0],
            admitted: [],
            threshold: [],
          },
        },
      ),
      "Nothing has asked this origin for 5 s; isolates last reported 20 pages a second: 15 % individual, 39 % tailored, 46 % cluster; nobody generic; origin healthy.",
    ],
    [
      "a short silence, which may be chance",
      facts(
        { individual: 5 },
        {
          mix: { untilMs: AT_MS - 4000 },
          seconds: {
            fromMs: AT_MS - 5000,
            demand: [1],
            offered: [1, 0, 0, 0, 0],
            admitted: [],
            threshold: [],
          },
        },
      ),
      "Under the threshold: 100 % individual; nobody generic; origin healthy.",
    ],
    [
      "another threshold for a while",
      facts(SPIKE, {
        overSinceMs: AT_MS - 20_000,
        mode: { inForce: "auto", ofRouting: "auto", untilMs: AT_MS + 48_000, by: "ada", thresholdPerSec: 5 },
      }),
      "Over the threshold for 20 s: 4.1 % individual, 93 % tailored, 2.9 % cluster; nobody generic; the threshold is set to 5 a second by ada for 48 s more; origin healthy.",
    ],
    [
      "forced by the file",
      facts(
        { individual: 10 },
        {
          mode: {
            inForce: "force-individual",
            ofRouting: "force-individual",
            untilMs: null,
            by: null,
            thresholdPerSec: null,
          },
          thresholdPerSec: null,
        },
      ),
      "Forced to individual pages by the routing, with no end: 100 % individual; nobody generic; origin healthy.",
    ],
    [
      "auto by hand",
      facts(
        { individual: 10 },
        {
          mode: {
            inForce: "auto",
            ofRouting: "force-cluster",
            untilMs: AT_MS + 60_000,
            by: "ada",
            thresholdPerSec: null,
          },
        },
      ),
      "Back to auto by ada for 1 min more: 100 % individual; nobody generic; origin healthy.",
    ],
    [
      "forced, and nobody there",
      facts(
        {},
        {
          mode: {
            inForce: "force-cluster",
            ofRouting: "force-cluster",
            untilMs: null,
            by: null,
            thresholdPerSec: null,
          },
          demand: [null],
          isolates: { heard: 0, byVersion: [] },
        },
      ),
      "Forced to stored and tailored pages by the routing, with no end; no traffic: no isolate was heard of in the last two minutes; origin healthy.",
    ],
    [
      "an origin that failed isolates",
      facts(
        { individual: 900, cluster: 100 },
        {
          mix: { latest: latest({ individual: 900, cluster: 100 }, { originFailed: 100 }) },
          origin: {
            health: "failing",
            reasons: ["isolates got no answer in time"],
            bearableShare: 1,
            startedMs: 0,
          },
        },
      ),
      "Under the threshold: 90 % individual, 10 % cluster; nobody generic; for 10 % the origin failed; origin failing: isolates got no answer in time.",
    ],
    [
      "isolates that do without the origin",
      facts(
        { tailored: 70, cluster: 30 },
        {
          demand: [null],
          mix: { latest: latest({ tailored: 70, cluster: 30 }, { originFailed: 100 }) },
          origin: {
            health: "failing",
            reasons: ["isolates got no answer in time"],
            bearableShare: 1,
            startedMs: 0,
          },
        },
      ),
      "Isolates do without this origin, which did not answer them in time, and serve 10 pages a second: 70 % tailored, 30 % cluster; nobody generic; origin failing: isolates got no answer in time.",
    ],
    [
      "pages that are old",
      facts(
        { individual: 1 },
        { pages: { oldestS: 720, medianS: 30, objectiveS: 120, over: 3, generation: 7 } },
      ),
      "Under the threshold: 100 % individual; nobody generic; pages of 3 clusters are up to 12 min old; origin healthy.",
    ],
  ])("%s", (_, state, sentence) => {
    expect(nowSentence(state)).toBe(sentence);
  });
});

describe("a dead origin", () => {
  test.each<[string, Parameters<typeof deadOriginSentence>[1], string]>([
    ["nobody answers", undefined, "No isolate of the edge answers here either."],
    ["the first look", { latest: undefined, routingVersion: 3 }, "The edge answers."],
    [
      "an isolate that serves",
      { latest: latest({ tailored: 1860, cluster: 140 }), routingVersion: 3 },
      "This isolate serves 200 pages a second: 93 % tailored, 7.0 % cluster; nobody generic.",
    ],
    [
      "an isolate with one visitor",
      { latest: latest({ cluster: 10 }), routingVersion: 3 },
      "This isolate serves 1 page a second: 100 % cluster; nobody generic.",
    ],
    [
      "an idle isolate",
      { latest: latest({}), routingVersion: 3 },
      "This isolate answers, and nobody asks it for a page.",
    ],
  ])("%s", (_, isolate, rest) => {
    expect(deadOriginSentence(7000, isolate)).toBe(`The origin has not answered for 7 s. ${rest}`);
  });
});

test.each([
  [0, "0 %"],
  [0.0004, "under 0.1 %"],
  [0.041, "4.1 %"],
  [0.0996, "10 %"],
  [0.934, "93 %"],
  [0.995, "99.5 %"],
  [0.9999, "over 99.9 %"],
  [1, "100 %"],
])("a share of %d is %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

test.each([
  [-5, "0 s"],
  [400, "0 s"],
  [59_000, "59 s"],
  [60_000, "1 min"],
  [192_000, "3 min 12 s"],
  [3_600_000, "1 h"],
  [3_661_000, "1 h 1 min"],
  [183_600_000, "2 d 3 h"],
])("%d ms are %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});
