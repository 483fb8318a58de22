import fc from "fast-check";
import { expect, test } from "vitest";
import { liftOf, wilson } from "./intervals.ts";

test("a rate's interval is Wilson's", () => {
  // Newcombe, Statistics in Medicine 1998, table I: 81 of 263.
  const { rate = 0, low = 0, high = 0 } = wilson(81, 263) ?? {};
  expect([rate, low, high].map((value) => value.toFixed(4))).toEqual(["0.3080", "0.2553", "0.3662"]);
});

test("a rate lies within its interval, and the interval within 0 and 1", () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), (a, b) => {
      const [successes, tries] = [Math.min(a, b), Math.max(a, b, 1)];
      const { rate = -1, low = 2, high = -2 } = wilson(successes, tries) ?? {};
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(rate);
      expect(rate).toBeLessThanOrEqual(high);
      expect(high).toBeLessThanOrEqual(1);
    }),
  );
});

test("there is no rate without tries, nor with more successes than tries", () => {
  expect(wilson(0, 0)).toBeUndefined();
  expect(wilson(3, 2)).toBeUndefined();
  expect(liftOf({ successes: 0, tries: 9 }, { successes: 1, tries: 9 })).toBeUndefined();
});

test("a lift is the ratio of rates less 1, and more counts narrow it", () => {
  const few = liftOf({ successes: 20, tries: 100 }, { successes: 10, tries: 100 });
  const many = liftOf({ successes: 2000, tries: 10_000 }, { successes: 1000, tries: 10_000 });
  expect(few?.lift).toBeCloseTo(1, 9);
  // Katz: ln 2 ± 1.96 · √(1/20 − 1/100 + 1/10 − 1/100).
  expect(few?.low).toBeCloseTo(2 * Math.exp(-1.959_964 * Math.sqrt(0.13)) - 1, 9);
  expect(many?.low ?? 0).toBeGreaterThan(few?.low ?? 0);
  expect(many?.high ?? 9).toBeLessThan(few?.high ?? 0);
});
