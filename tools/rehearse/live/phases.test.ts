import { expect, test } from "vitest";
import { createDraws } from "@spillway/simulation/fleet/draws.ts";
import { drawArrivals } from "@spillway/simulation/live/arrivals.ts";
import { planPhases } from "./phases.ts";
import { drawVisit } from "./visits.ts";

const phases = planPhases({
  thresholdPerSec: 10,
  baseOfThreshold: 0.5,
  peakOfThreshold: 100,
  baseS: 20,
  wallS: 10,
  recoverS: 20,
});

test("arrivals come in order, at each phase's rate, and the same for the same seed", () => {
  const arrivals = drawArrivals(phases, createDraws(1));
  expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
  for (const { fromMs, untilMs, ratePerSec } of phases) {
    const count = arrivals.filter((atMs) => atMs >= fromMs && atMs < untilMs).length;
    const expected = (ratePerSec * (untilMs - fromMs)) / 1000;
    // Poisson: four standard deviations.
    expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
  }
  expect(drawArrivals(phases, createDraws(1))).toEqual(arrivals);
  expect(drawArrivals(phases, createDraws(2))).not.toEqual(arrivals);
});

test("a phase without traffic has no arrivals", () => {
  const silent = phases.map((phase) => ({ ...phase, ratePerSec: 0 }));
  expect(drawArrivals(silent, createDraws(1))).toEqual([]);
});

test("visitors differ in user, team, link and device, and some come for the first time", () => {
  const draws = createDraws(1);
  const visits = Array.from({ length: 500 }, () => drawVisit(draws));
  const some = (is: (visit: (typeof visits)[number]) => boolean): number => visits.filter(is).length;
  expect(some(({ path }) => !path.includes("user="))).toBeGreaterThan(25);
  expect(some(({ path }) => path.includes("user=new-"))).toBeGreaterThan(25);
  expect(some(({ path }) => path.includes("team="))).toBeGreaterThan(50);
  expect(some(({ headers }) => headers["cookie"] !== undefined)).toBeGreaterThan(50);
  expect(some(({ path }) => path.includes("utm_campaign="))).toBeGreaterThan(50);
  expect(some(({ headers }) => headers["referer"] !== undefined)).toBeGreaterThan(50);
  expect(new Set(visits.map(({ headers }) => headers["user-agent"])).size).toBe(4);
});
