import { expect, test } from "vitest";
import type { DayParameters } from "./day-model.ts";
import { fitDay, RANGES, sampleFigures } from "./fit-day.ts";
import { FITTED_DAY } from "./fitted-day.ts";
import { isMet, PUBLISHED, type Figures } from "./published.ts";

/** The figures of a toy day, where each figure depends on one or two parameters. */
function toyFigures(at: DayParameters): Figures {
  const hit = 2 * at.daytimeSurge + at.primeSurge + at.overnightSurge;
  return {
    fully: 1 - hit,
    hit,
    none: 0.1 * at.oneVisitShare,
    calls: 0.01 * at.callsPerVisit,
    primeUsers: 1.3 * at.primeShare,
    primeHit: 2 * at.primeSurge,
    primeCalls: 0.03 / at.primeHeadroom,
  };
}

test("finds parameters within their ranges that give the published figures", () => {
  const found = fitDay({ iterations: 30, figures: toyFigures });
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    expect(found[name as keyof DayParameters]).toBeGreaterThanOrEqual(least);
    expect(found[name as keyof DayParameters]).toBeLessThanOrEqual(most);
  }
  const figures = toyFigures(found);
  expect(PUBLISHED.filter((figure) => !isMet(figure, figures[figure.key]))).toEqual([]);
});

test("the fitted day is within its ranges, and a small sample of it is near the published figures", () => {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    expect(FITTED_DAY[name as keyof DayParameters]).toBeGreaterThan(least);
    expect(FITTED_DAY[name as keyof DayParameters]).toBeLessThan(most);
  }
  const { fully, none, calls, primeHit } = sampleFigures(FITTED_DAY, 1, 20);
  expect(Math.abs(fully - 0.8465)).toBeLessThan(0.01);
  expect(Math.abs(none - 0.0349)).toBeLessThan(0.008);
  expect(Math.abs(calls - 0.05)).toBeLessThan(0.01);
  expect(Math.abs(primeHit - 0.04)).toBeLessThan(0.01);
});
