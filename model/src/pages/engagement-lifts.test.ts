import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { liftOf, liftsByCluster, MAX_LIFT, ratePerLook, type ItemEngagement } from "./engagement-lifts.ts";

function lift(counts: Partial<ItemEngagement>, others: readonly ItemEngagement[] = []): number {
  const one = { cluster: "c", item: 1, attention: 0, opened: 0, played: 0, ...counts };
  return liftOf(one, ratePerLook([one, ...others]));
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
        const before = all.map((one) => liftOf(one, ratePerLook(all)));
        for (const one of before) {
          expect(one).toBeGreaterThanOrEqual(1 / MAX_LIFT);
          expect(one).toBeLessThanOrEqual(MAX_LIFT);
        }
        const more = all.map((one, place) => (place === chosen ? { ...one, played: one.played + 1 } : one));
        const after = more.map((one) => liftOf(one, ratePerLook(more)));
        expect(after[chosen]).toBeGreaterThanOrEqual((before[chosen] ?? 0) - 1e-9);
      }),
    );
  });
});

function plays(cluster: string, item: number): ItemEngagement {
  return { cluster, item, attention: 6, opened: 6, played: 6 };
}

describe("clusters", () => {
  const clusters = [
    { id: "generic", parent: -1 },
    { id: "esp", parent: 0 },
    { id: "bel", parent: 0 },
    { id: "esp.ad", parent: 1 },
  ];

  test("learn from their own visitors, and their children until they know better", () => {
    const [, esp, bel, child] = liftsByCluster([plays("esp", 1)], clusters);
    expect(esp?.get(1)).toBeGreaterThan(1.5);
    expect(child?.get(1)).toBe(esp?.get(1));
    expect(bel?.size).toBe(0);
    const own = { cluster: "esp.ad", item: 1, attention: 200, opened: 0, played: 0 };
    expect(liftsByCluster([plays("esp", 1), own], clusters)[3]?.get(1)).toBeLessThan(1);
  });

  test("learn nothing from what everybody does on the generic page", () => {
    const [generic, ...others] = liftsByCluster([plays("generic", 1)], clusters);
    expect(generic?.get(1)).toBeGreaterThan(1.5);
    for (const lifts of others) expect(lifts.size).toBe(0);
  });
});
