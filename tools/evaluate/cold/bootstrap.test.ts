import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { describe, expect, test } from "vitest";
import { interval95, resampledMeans } from "./bootstrap.ts";

const random = seededRandom(7);
const uniform = Float64Array.from({ length: 400 }, () => random());
const better = uniform.map((value) => value + 0.001);

describe("resampling users", () => {
  test("gives an interval as wide as theory has it for a mean of uniform numbers", () => {
    const [means = new Float64Array()] = resampledMeans([uniform], 1);
    const { low, high } = interval95(means);
    // ± 1.96 standard errors of √(1/12)/√400.
    expect((high - low) / (2 * 1.96 * Math.sqrt(1 / 12 / 400))).toBeCloseTo(1, 1);
  });

  test("draws the same users for every row, so that a small difference of pairs is sure", () => {
    const [own = new Float64Array(), other = new Float64Array()] = resampledMeans([uniform, better], 1);
    const { low, high } = interval95(other.map((mean, at) => mean - (own[at] ?? 0)));
    expect([low, high].map((value) => Number(value.toFixed(9)))).toEqual([0.001, 0.001]);
  });

  test("is the same for the same seed and another for another", () => {
    expect(resampledMeans([uniform], 1, 50)).toEqual(resampledMeans([uniform], 1, 50));
    expect(resampledMeans([uniform], 2, 50)).not.toEqual(resampledMeans([uniform], 1, 50));
  });

  test("takes the middle 95 %", () => {
    expect(interval95(Float64Array.from({ length: 1001 }, (_, at) => 1000 - at))).toEqual({
      low: 25,
      high: 975,
    });
  });
});
