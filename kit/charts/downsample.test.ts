import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { downsample } from "./downsample.ts";

const MOST = 60;
const value = fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: undefined });
const lines = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 800 }))
  .chain(([count, length]) =>
    fc.array(fc.array(value, { minLength: length, maxLength: length }), {
      minLength: count,
      maxLength: count,
    }),
  );

describe("downsampling", () => {
  it("leaves a short line whole", () => {
    expect(downsample([[3, 1, undefined, 2]], MOST)).toEqual([0, 1, 2, 3]);
  });

  it("keeps a peak of one second, and a dip of one, among thousands", () => {
    const steady = Array.from({ length: 5000 }, () => 500);
    const kept = downsample([steady.with(1234, 100_000).with(4321, 0)], MOST);
    expect(kept).toEqual(expect.arrayContaining([0, 1234, 4321, 4999]));
  });

  it("keeps a gap", () => {
    const line: (number | undefined)[] = Array.from({ length: 5000 }, (_, at) => at % 7);
    expect(downsample([line.with(2500, undefined)], MOST)).toContain(2500);
  });

  it("draws no more than asked for, in order, with every line's extremes", () => {
    fc.assert(
      fc.property(lines, (drawn) => {
        const kept = downsample(drawn, MOST);
        expect(kept.length).toBeLessThanOrEqual(MOST);
        expect(kept).toEqual([...new Set(kept)].toSorted((one, other) => one - other));
        for (const line of drawn) {
          const heights = line.map((one) => one ?? Number.NEGATIVE_INFINITY);
          const keptHeights = kept.map((at) => heights[at]);
          expect(Math.max(...keptHeights.map(Number))).toBe(Math.max(...heights));
          expect(Math.min(...keptHeights.map(Number))).toBe(Math.min(...heights));
        }
      }),
    );
  });

  it("spends the points on the lines that move", () => {
    const moving = Array.from({ length: 3000 }, (_, at) => (at * 7919) % 1009);
    const steady = moving.map(() => 0);
    expect(downsample([moving, steady, steady], MOST).length).toBeGreaterThan(MOST / 2);
  });
});
