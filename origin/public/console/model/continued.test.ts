import { expect, test } from "vitest";
import { MIX_RUNGS, type NowState } from "@spillway/shared/protocol/now-state.ts";
import { continued } from "./continued.js";
import { perSecond, recentOf } from "./figures.js";

function state(atS: number, seconds: number, more: Partial<NowState> = {}): NowState {
  const numbers = Array.from({ length: seconds }, (_, at) => atS - seconds + at);
  const steps = Array.from({ length: 3 }, (_, at) => Math.floor(atS / 10) - 2 + at);
  return {
    atMs: atS * 1000,
    instance: "one",
    seconds: {
      fromMs: (atS - seconds) * 1000,
      demand: numbers,
      offered: numbers,
      admitted: numbers,
      threshold: numbers,
    },
    mix: {
      fromMs: (steps[0] ?? 0) * 10_000,
      calls: Object.fromEntries(MIX_RUNGS.map((rung) => [rung, steps])),
      originFailed: steps,
    },
    ...more,
  } as unknown as NowState;
}

test("an increment goes on where the state ends, and each second stands where it belongs", () => {
  const after = continued(state(100, 50), state(103, 15));
  expect(after.seconds.fromMs).toBe(50_000);
  expect(after.seconds.demand).toEqual(Array.from({ length: 53 }, (_, at) => 50 + at));
  expect(after.atMs).toBe(103_000);
});

test("what late reports change in older steps is taken over", () => {
  const late = state(103, 15);
  const calls = { ...late.mix.calls, cluster: [70, 80, 90] };
  const after = continued(state(100, 50), { ...late, mix: { ...late.mix, calls } });
  expect(after.mix.calls.cluster.slice(-3)).toEqual([70, 80, 90]);
});

test("never more than 15 minutes are kept", () => {
  let known = state(1000, 900);
  for (let at = 1001; at <= 1050; at += 1) known = continued(known, state(at, 15));
  expect(known.seconds.offered).toHaveLength(900);
  expect(known.seconds.fromMs).toBe(150_000);
  expect(known.seconds.offered.at(-1)).toBe(1049);
});

test.each([
  ["of another process", state(103, 15, { instance: "two" })],
  ["after a gap", state(400, 15)],
  ["of an earlier time, as after a clock was set back", state(90, 15)],
])("an answer %s stands for itself", (_, next) => {
  expect(continued(state(100, 50), next).seconds).toEqual(next.seconds);
});

test("the newest two seconds are the present, and unknown ones are unknown", () => {
  expect(recentOf([1, 4, 8])).toBe(6);
  expect(recentOf([4, null])).toBeUndefined();
  expect(recentOf([])).toBeUndefined();
});

test.each([
  [0, "0"],
  [3.14, "3.1"],
  [9.96, "10"],
  [812.4, "812"],
  [12_345, "12.3 k"],
  [250_000, "250 k"],
])("%d a second reads as %s", (rate, text) => {
  expect(perSecond(rate)).toBe(text);
});
