import { expect, test } from "vitest";
import { interval95, resampledMeans } from "../cold/bootstrap.ts";
import { blockMeans } from "./block-bootstrap.ts";

function width(means: Float64Array): number {
  return interval95(means).high - interval95(means).low;
}

test("an interval over blocks is as wide as the blocks differ, not as if each visit told something new", () => {
  const hours = 50;
  const blocks = Uint32Array.from({ length: hours * 40 }, (_, at) => Math.floor(at / 40));
  const values = Float64Array.from(blocks, (hour) => (hour % 2 === 0 ? 1 : 0));
  const [byHour] = blockMeans([values], blocks, 1);
  const [byVisit] = resampledMeans([values], 1);
  // Half of 50 hours: a standard error of 0.5 / √50.
  expect(width(byHour!)).toBeGreaterThan(0.8 * 4 * (0.5 / Math.sqrt(hours)));
  expect(width(byHour!)).toBeGreaterThan(4 * width(byVisit!));
});

test("blocks of unequal sizes weigh by their visits, and rows are paired", () => {
  const blocks = Uint32Array.of(0, 0, 0, 1);
  const [a, b] = blockMeans([Float64Array.of(1, 1, 1, 0), Float64Array.of(2, 2, 2, 1)], blocks, 3, 500);
  const seen = new Set(Array.from(a!, (mean) => mean.toFixed(2)));
  expect([...seen].toSorted()).toEqual(["0.00", "0.75", "1.00"]);
  b!.forEach((mean, at) => expect(mean - a![at]!).toBeCloseTo(1, 12));
});
