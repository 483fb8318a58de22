import { describe, expect, test } from "vitest";
import { createSingleUse, MAX_AGE_MS, MAX_AHEAD_MS } from "./single-use.ts";

const NOW_MS = 1_800_000_000_000;

function setUp(maxRemembered?: number) {
  let started = 0;
  const singleUse = createSingleUse({
    name: "a",
    newId: () => `start-${(started += 1)}`,
    ...(maxRemembered !== undefined && { maxRemembered }),
  });
  const use = (nonce: string, nowMs = NOW_MS, createdMs = nowMs, instance = singleUse.instance()) =>
    singleUse.use({ nonce, createdMs, instance }, nowMs);
  return { singleUse, use };
}

describe("a signature", () => {
  test("may be used once, however many come in between", () => {
    const { use } = setUp();
    expect(use("n")).toBe("taken");
    for (let at = 0; at < 1000; at += 1) expect(use(`other-${at}`, NOW_MS + at)).toBe("taken");
    expect(use("n", NOW_MS + 1000, NOW_MS)).toBe("spent");
  });

  test("is never taken twice, whatever the ages at which it is shown", () => {
    for (let createdMs = NOW_MS - 30_000; createdMs <= NOW_MS + 30_000; createdMs += 500) {
      const { use } = setUp();
      const taken = [];
      for (let nowMs = NOW_MS - 40_000; nowMs <= NOW_MS + 60_000; nowMs += 250) {
        use(`other-${nowMs}`, nowMs);
        if (use("n", nowMs, createdMs) === "taken") taken.push(nowMs);
      }
      expect(taken).toHaveLength(1);
    }
  });

  test.each([
    [0, "taken"],
    [MAX_AGE_MS, "taken"],
    [MAX_AGE_MS + 1, "stale"],
    [-MAX_AHEAD_MS, "taken"],
    [-MAX_AHEAD_MS - 1, "stale"],
    [Number.NaN, "stale"],
  ])("of an age of %i ms is %s", (ageMs, expected) => {
    expect(setUp().use("n", NOW_MS, NOW_MS - ageMs)).toBe(expected);
  });

  test("for another process, or for none, is not for this one", () => {
    const { singleUse } = setUp();
    const signed = { nonce: "n", createdMs: NOW_MS };
    expect(singleUse.use({ ...signed, instance: "b.start-1" }, NOW_MS)).toBe("other-instance");
    expect(singleUse.use({ ...signed, instance: undefined }, NOW_MS)).toBe("other-instance");
    expect(singleUse.use({ ...signed, instance: singleUse.instance() }, NOW_MS)).toBe("taken");
  });
});

test("an instance has its name and an id of its start", () => {
  expect(setUp().singleUse.instance()).toBe("a.start-1");
  expect(createSingleUse({ newId: () => "x" }).instance()).toBe("x");
});

test("a clock that is set back begins another instance, since what was forgotten would be young again", () => {
  const { singleUse, use } = setUp();
  expect(use("n")).toBe("taken");
  for (const laterMs of [15_000, 30_000, 45_000]) use(`later-${laterMs}`, NOW_MS + laterMs);
  expect(use("n", NOW_MS, NOW_MS, "a.start-1")).toBe("other-instance");
  expect(singleUse.instance()).toBe("a.start-2");
  expect(use("n")).toBe("taken");
});

test("more than can be remembered are not taken, and time makes room", () => {
  const { use } = setUp(3);
  expect(["1", "2", "3", "4", "1"].map((nonce) => use(nonce))).toEqual([
    "taken",
    "taken",
    "taken",
    "full",
    "spent",
  ]);
  expect(use("4", NOW_MS + 11_000)).toBe("full");
  expect(use("5", NOW_MS + 25_000)).toBe("taken");
});
