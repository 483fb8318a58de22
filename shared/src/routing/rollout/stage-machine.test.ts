import { describe, expect, test } from "vitest";
import type { Judged } from "./judge-guards.ts";
import { announcedFrom, countedFrom, nextStep, type Circumstances, type Rollout } from "./stage-machine.ts";

const MINUTE = 60_000;
const HOLDS_MS = 100 * MINUTE;
const LEAD = { leadMs: 90_000, stepMs: MINUTE };
const ROLLOUT: Rollout = {
  id: "r13",
  versions: { current: 12, candidate: 13 },
  shares: [0.05, 0.25, 1],
  everyMs: 10 * MINUTE,
  guards: [],
  stages: [{ share: 0.05, holdsFromMs: HOLDS_MS }],
  begunMs: HOLDS_MS - 2 * MINUTE,
};
const guard = { name: "generic share", limit: 0.05 } as const;
const judged = (state: Judged["state"]): Judged => ({
  guard,
  state,
  estimate: undefined,
  figures: { current: 0, candidate: 0 },
  users: { current: 1, candidate: 1 },
});

/** `atMs` after the stage holds, when all that is asked for a promotion is there. */
function step(atMs: number, more: Partial<Circumstances> = {}, rollout: Partial<Rollout> = {}) {
  const nowMs = HOLDS_MS + atMs;
  return nextStep(
    { ...ROLLOUT, ...rollout },
    {
      nowMs,
      lead: LEAD,
      calmSinceMs: 0,
      isForced: false,
      latestMs: { current: nowMs, candidate: nowMs },
      judged: [judged("holds")],
      ...more,
    },
  );
}

describe("a stage", () => {
  test("is announced on a full minute, and at least as far ahead as is asked", () => {
    expect(announcedFrom(HOLDS_MS, LEAD)).toBe(HOLDS_MS + 2 * MINUTE);
    expect(announcedFrom(HOLDS_MS + 30_000, LEAD)).toBe(HOLDS_MS + 2 * MINUTE);
    expect(announcedFrom(HOLDS_MS + 30_001, LEAD)).toBe(HOLDS_MS + 3 * MINUTE);
  });

  test("that a test lets begin within a minute is judged from the next one on", () => {
    const holdsFromMs = announcedFrom(HOLDS_MS + 1, { leadMs: 3000, stepMs: 1000 });
    expect(holdsFromMs).toBe(HOLDS_MS + 4000);
    expect(countedFrom({ share: 1, holdsFromMs })).toBe(HOLDS_MS + MINUTE);
    expect(countedFrom({ share: 1, holdsFromMs: HOLDS_MS })).toBe(HOLDS_MS);
  });

  test("follows the one before when that has held its time, less what it is announced ahead", () => {
    expect(step(8.5 * MINUTE - 1)).toEqual({
      kind: "wait",
      wait: { why: "holding", untilMs: HOLDS_MS + 8.5 * MINUTE },
    });
    expect(step(8.5 * MINUTE)).toEqual({
      kind: "announce",
      stage: { share: 0.25, holdsFromMs: HOLDS_MS + 10 * MINUTE },
    });
  });

  test("holds for a minute at least", () => {
    expect(step(59_999, {}, { everyMs: 1 }).kind).toBe("wait");
    expect(step(60_000, {}, { everyMs: 1 }).kind).toBe("announce");
  });

  test("does not follow one that is announced and does not hold yet", () => {
    const stages = [...ROLLOUT.stages, { share: 0.25, holdsFromMs: HOLDS_MS + 20 * MINUTE }];
    expect(step(15 * MINUTE, {}, { stages })).toMatchObject({ wait: { why: "not-yet-held" } });
  });
});

describe("there is no promotion", () => {
  const late = 60 * MINUTE;
  test.each([
    ["over the threshold", { calmSinceMs: undefined }, "over-threshold"],
    ["within a minute after", { calmSinceMs: HOLDS_MS + late - 59_999 }, "over-threshold"],
    ["while stored pages are forced", { isForced: true }, "forced"],
    [
      "without traffic of the candidate",
      { latestMs: { current: HOLDS_MS + late, candidate: 0 } },
      "no-traffic",
    ],
    [
      "without traffic of the current version",
      { latestMs: { current: 0, candidate: HOLDS_MS + late } },
      "no-traffic",
    ],
    ["with a guard undecided", { judged: [judged("holds"), judged("undecided")] }, "undecided"],
  ] as const)("%s", (_, more, why) => {
    expect(step(late, more)).toMatchObject({ kind: "wait", wait: { why } });
    expect(step(late).kind).toBe("announce");
  });
});

describe("a breached guard", () => {
  const breached = { judged: [judged("holds"), judged("breached")] };
  test("aborts at once, also over the threshold and while the next stage is announced", () => {
    expect(step(1, breached)).toMatchObject({ kind: "abort", breached: { guard } });
    expect(step(1, { ...breached, calmSinceMs: undefined }).kind).toBe("abort");
    const stages = [...ROLLOUT.stages, { share: 0.25, holdsFromMs: HOLDS_MS + 20 * MINUTE }];
    expect(step(15 * MINUTE, breached, { stages }).kind).toBe("abort");
  });

  test("counts for nothing before a stage holds", () => {
    expect(step(-1, breached).kind).toBe("wait");
  });
});

test("it is complete when everybody obeys the candidate, and not earlier", () => {
  const stages = [...ROLLOUT.stages, { share: 1, holdsFromMs: HOLDS_MS + 20 * MINUTE }];
  expect(step(20 * MINUTE - 1, {}, { stages }).kind).toBe("wait");
  expect(step(20 * MINUTE, { calmSinceMs: undefined }, { stages })).toEqual({ kind: "complete" });
});
