import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { findSteps } from "./change-points.ts";

const DAYS = Array.from({ length: 30 }, (_, day) => day % 7);

/** A series in which weekends have a third more, and every night differs by some percent. */
function series(seed: number, levelOf: (day: number) => number): number[] {
  const draw = seededRandom(seed);
  return DAYS.map((weekday, day) => {
    const weekend = weekday >= 5 ? 1.33 : 1;
    return Math.log(levelOf(day) * weekend * (1 + 0.08 * (draw() - 0.5)));
  });
}

describe("change points", () => {
  test("date a step of a third to the night, wherever it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 25 }), fc.integer({ min: 1, max: 1e6 }), (at, seed) => {
        const steps = findSteps(
          series(seed, (day) => (day < at ? 90_000 : 120_000)),
          DAYS,
        );
        const strongest = steps.toSorted((a, b) => b.z - a.z)[0];
        expect(Math.abs((strongest?.at ?? Number.NaN) - at)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });

  test("are none in a calm month, nor for one outlier night, nor for a night without a log", () => {
    expect(
      findSteps(
        series(1, () => 50_000),
        DAYS,
      ),
    ).toEqual([]);
    expect(
      findSteps(
        series(2, (day) => (day === 12 ? 400_000 : 50_000)),
        DAYS,
      ),
    ).toEqual([]);
    const gap = series(3, () => 50_000).map((value, day) => (day === 20 ? undefined : value));
    expect(findSteps(gap, DAYS)).toEqual([]);
  });

  test("distinguish a rise from the fall after it", () => {
    const steps = findSteps(
      series(4, (day) => (day < 10 || day >= 20 ? 50_000 : 100_000)),
      DAYS,
    );
    expect(steps.map(({ at, z }) => [at, Math.sign(z)])).toEqual([
      [10, 1],
      [20, -1],
    ]);
    expect(Math.exp((steps[0]?.after ?? 0) - (steps[0]?.before ?? 0))).toBeCloseTo(2, 0);
  });
});
