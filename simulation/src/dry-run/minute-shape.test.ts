import { expect, test } from "vitest";
import { budgetOf, observedRates } from "./minute-budget.ts";
import { admittedOf, shapeOf } from "./minute-shape.ts";

const CALM = { asked: 60 * 50, admitted: 60 * 50, thresholdPerSec: 100 };

test("a minute whose second half is over the threshold is told from what was admitted", () => {
  // 30 s at 50/s, 30 s at 1,000/s, of which 98/s are admitted.
  const seen = { asked: 30 * 50 + 30 * 1000, admitted: 30 * 50 + 30 * 98, thresholdPerSec: 100 };
  const shape = shapeOf(seen, [CALM]);
  expect(shape.highPart).toBeCloseTo(0.5, 5);
  expect(shape.highPerSec).toBeCloseTo(1000, 3);
  expect(shape.isGuess).toBe(false);
  // With twice the threshold, the calm half asks for as much as before.
  expect(admittedOf(shape, 1, 200)).toBeCloseTo(30 * 50 + 30 * 196, 0);
  expect(shapeOf(seen, []).isGuess).toBe(true);
});

test.each([
  ["calm", { asked: 3000, admitted: 2990, thresholdPerSec: 100 }],
  ["over the threshold throughout", { asked: 60_000, admitted: 5880, thresholdPerSec: 100 }],
  ["without a threshold", { asked: 6000, admitted: 5000, thresholdPerSec: Number.POSITIVE_INFINITY }],
])("a minute that is %s is even", (_name, minute) => {
  expect(shapeOf(minute, [])).toEqual({
    highPart: 1,
    calmPerSec: minute.asked / 60,
    highPerSec: minute.asked / 60,
    isGuess: false,
  });
});

test("what there is less of, strangers lose first; what there is more of, known viewers get first", () => {
  const observed = { asked: 60_000, admitted: 5880, thresholdPerSec: 100 };
  const shape = shapeOf(observed, []);
  const rates = observedRates({ asked: [0, 30_000, 30_000], admitted: [0, 3880, 2000] });
  const asks = [0, 30_000, 30_000] as const;
  const same = budgetOf(asks, 100, observed, shape, rates);
  expect(same.admitted).toBeCloseTo(5880, 6);
  expect(same.rates[1]).toBeCloseTo(rates[1], 10);
  const less = budgetOf(asks, 60, observed, shape, rates);
  expect(less.rates[2]).toBe(0);
  expect(less.rates[1]).toBeLessThan(rates[1]);
  const more = budgetOf(asks, 200, observed, shape, rates);
  expect(more.rates[1]).toBeGreaterThan(rates[1]);
  expect(more.rates[2]).toBeCloseTo(rates[2], 10);
});
