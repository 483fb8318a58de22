import { expect, test } from "vitest";
import { median, quantile } from "./statistics.ts";

test.each([
  [[], Number.NaN],
  [[7], 7],
  [[10, 9, 1], 9],
  [[10, 1, 9, 2], 5.5],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test("a quantile is the value of that rank", () => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 50, 99, 100]);
  expect([quantile([], 0.5), quantile([], 0.5, 0)]).toEqual([Number.NaN, 0]);
});
