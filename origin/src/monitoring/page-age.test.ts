import { expect, test } from "vitest";
import { createPageAge } from "./page-age.ts";

test("knows the objective alone before the first cycle", () => {
  expect(createPageAge(120_000).read(5)).toEqual({ objectiveS: 120 });
});

test("tells the oldest and the median cluster's age, and how many are over the objective", () => {
  const age = createPageAge(120_000);
  age.update([
    { atMs: 0, clusters: 2 },
    { atMs: 50_000, clusters: 1 },
    { atMs: 100_000, clusters: 4 },
  ]);
  expect(age.read(150_000)).toEqual({ objectiveS: 120, oldestS: 150, medianS: 50, over: 2 });
  expect(age.read(100_000)).toMatchObject({ oldestS: 100, over: 0 });
  age.update([{ atMs: 150_000, clusters: 7 }]);
  expect(age.read(151_000)).toEqual({ objectiveS: 120, oldestS: 1, medianS: 1, over: 0 });
});
