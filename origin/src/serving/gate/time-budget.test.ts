import { expect, test } from "vitest";
import { createTimeBudget } from "./time-budget.ts";

test("work uses up its share, which is refilled as time passes", () => {
  let nowMs = 0;
  const budget = createTimeBudget(0.3, () => nowMs);
  const work = (ms: number): void => budget.spend(() => void (nowMs += ms));
  work(200);
  expect(budget.isLeft()).toBe(true);
  work(300);
  expect(budget.isLeft()).toBe(false);
  nowMs += 400;
  expect(budget.isLeft()).toBe(true);
});

test("work that fails uses its time too", () => {
  let nowMs = 0;
  const budget = createTimeBudget(0.1, () => nowMs);
  const fail = (): never => {
    nowMs += 500;
    throw new Error("busy");
  };
  expect(() => budget.spend(fail)).toThrow("busy");
  expect(budget.isLeft()).toBe(false);
});
