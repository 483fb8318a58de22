import { expect, test } from "vitest";
import { ARMED_BUDGET_S, ArmedBudget } from "./armed-budget.ts";

const CALM = { over: false, demandPerSec: 50 };
const CROWD = { over: true, demandPerSec: 1000 };

test("a window holds until it has cost its budget, and the next one has a budget of its own", () => {
  const armed = new ArmedBudget();
  for (let page = 0; page < ARMED_BUDGET_S * 100 - 1; page += 1)
    expect(armed.holds(5, 1, CALM, 100)).toBe(true);
  expect(armed.holds(5, 1, CALM, 100)).toBe(false);
  expect(armed.holds(5, 1000, CALM, 100)).toBe(false);
  expect(armed.needless).toBe(ARMED_BUDGET_S * 100);
  expect(armed.holds(undefined, 7, CALM, 100)).toBe(false);
  expect(armed.holds(9, 1, CALM, 100)).toBe(true);
  expect([armed.needless, armed.needlessTotal]).toEqual([1, ARMED_BUDGET_S * 100 + 1]);
});

test("what stays at the edge over the threshold is not needless, and a crowd that has gone ends the window", () => {
  const armed = new ArmedBudget();
  expect(armed.holds(5, 3, CALM, 100)).toBe(true);
  expect(armed.holds(5, 1000, CROWD, 100)).toBe(true);
  expect(armed.needless).toBe(3);
  expect(armed.holds(5, 0, CALM, 100)).toBe(false);
});

test("a moment just over the threshold is no crowd", () => {
  const armed = new ArmedBudget();
  armed.holds(5, 0, { over: true, demandPerSec: 110 }, 100);
  expect(armed.holds(5, 0, CALM, 100)).toBe(true);
});
