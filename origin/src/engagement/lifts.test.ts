import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { liftsOf, MAX_LIFT, ratePerLook, type ItemEngagement } from "./lifts.ts";

function lift(counts: Partial<ItemEngagement>, others: readonly ItemEngagement[] = []): number {
  const one = { cluster: "c", item: 1, attention: 0, opened: 0, played: 0, ...counts };
  return liftsOf([one, ...others])[0]?.lift ?? Number.NaN;
}

const counts = fc.record({
  cluster: fc.constantFrom("a", "b"),
  item: fc.nat(),
  attention: fc.double({ min: 0, max: 1e6, noNaN: true }),
  opened: fc.nat(1e6),
  played: fc.nat(1e6),
});

describe("a lift", () => {
  test("is 1 where nothing was seen, and little beside it after one play", () => {
    expect(lift({})).toBe(1);
    expect(lift({ attention: 1, opened: 1, played: 1 })).toBeCloseTo(5 / 4.05, 2);
  });

  test("counts a click as 0.3 of a play", () => {
    expect(lift({ opened: 10 }) - 1).toBeCloseTo(0.3 * (lift({ opened: 10, played: 10 }) - 1), 0);
    expect(lift({ opened: 1 })).toBeCloseTo(1 + 0.3 / 4, 5);
  });

  test("is more for the same plays further down, where fewer look", () => {
    expect(lift({ attention: 20, opened: 4, played: 4 })).toBeGreaterThan(
      lift({ attention: 200, opened: 4, played: 4 }),
    );
  });

  test("is below 1 for what many look at and nobody plays", () => {
    expect(lift({ attention: 100 })).toBeLessThan(0.5);
  });

  test("is near 1 where an item does as all do", () => {
    const usual = Array.from({ length: 50 }, (_, item) => ({
      cluster: "c",
      item,
      attention: 1000,
      opened: 200,
      played: 200,
    }));
    expect(lift({ attention: 1000, opened: 200, played: 200 }, usual)).toBeCloseTo(1, 1);
    expect(ratePerLook(usual)).toBeCloseTo(0.2, 2);
  });

  test("stays within its bounds, and grows with plays", () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 20 }), fc.nat(20), (all, at) => {
        const chosen = at % all.length;
        const before = liftsOf(all);
        for (const { lift: one } of before) {
          expect(one).toBeGreaterThanOrEqual(1 / MAX_LIFT);
          expect(one).toBeLessThanOrEqual(MAX_LIFT);
        }
        const more = all.map((one, place) => (place === chosen ? { ...one, played: one.played + 1 } : one));
        expect(liftsOf(more)[chosen]?.lift).toBeGreaterThanOrEqual((before[chosen]?.lift ?? 0) - 1e-9);
      }),
    );
  });
});
