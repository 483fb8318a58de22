/** The properties that the demo relies on: repeatable and independent streams, and draws by weight. */
import { expect, test } from "vitest";
import { createRandom, weightedTable } from "./random.ts";

const draws = (random: ReturnType<typeof createRandom>, n: number): number[] =>
  Array.from({ length: n }, random.next);

test("the same seed and stream give the same numbers, another seed or stream gives others", () => {
  const first = draws(createRandom(7, "a"), 5);
  expect(draws(createRandom(7, "a"), 5)).toEqual(first);
  expect(draws(createRandom(8, "a"), 5)).not.toEqual(first);
  expect(draws(createRandom(7, "b"), 5)).not.toEqual(first);
});

test("numbers are uniform in [0, 1)", () => {
  const buckets = Array.from({ length: 10 }, () => 0);
  for (const value of draws(createRandom(1), 100_000)) {
    const at = Math.floor(value * 10);
    buckets[at] = (buckets[at] ?? 0) + 1;
  }
  expect(buckets).toHaveLength(10);
  // The bound is 5 standard deviations of a binomial with n = 100,000 and p = 0.1.
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 95);
});

test("a table's entries are drawn in proportion to their weights, those of weight 0 never", () => {
  const random = createRandom(3);
  const table = weightedTable(["never", "rare", "often", "never too"], (_, at) => [0, 1, 9, 0][at] ?? 0);
  const counts = Map.groupBy(
    Array.from({ length: 20_000 }, () => random.weighted(table)),
    (entry) => entry,
  );
  expect(new Set(counts.keys())).toEqual(new Set(["rare", "often"]));
  expect(counts.get("rare")?.length).toBeGreaterThan(1800);
  expect(counts.get("rare")?.length).toBeLessThan(2200);
});

test("a table without weight gives undefined, an empty list cannot be picked from", () => {
  const random = createRandom(3);
  expect(random.weighted(weightedTable([], () => 1))).toBeUndefined();
  expect(random.weighted(weightedTable(["a"], () => 0))).toBeUndefined();
  expect(() => random.pick([])).toThrow(RangeError);
});
