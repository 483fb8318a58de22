import { expect, test } from "vitest";
import { bandAt, BANDS, DAY_S, dayModel, PRIME } from "./day-model.ts";
import { FITTED_DAY } from "./fitted-day.ts";
import { walkDay } from "./walk-day.ts";

const USERS = 20_000;

function callsOf(parameters: typeof FITTED_DAY, seed: number) {
  const calls: number[] = [];
  let users = 0;
  walkDay(dayModel(parameters, USERS), seed, {
    call: (atS) => calls.push(atS),
    userEnds: () => (users += 1),
  });
  return { calls, users };
}

test("walks every user, and as many calls as the parameters say", () => {
  const { calls, users } = callsOf(FITTED_DAY, 1);
  const { oneVisitShare, regularVisits, callsPerVisit } = FITTED_DAY;
  const expected = USERS * (oneVisitShare + (1 - oneVisitShare) * regularVisits) * callsPerVisit;
  expect(users).toBe(USERS);
  expect(Math.abs(calls.length / expected - 1)).toBeLessThan(0.03);
  expect(calls.every((atS) => Number.isInteger(atS) && atS >= 0 && atS < DAY_S)).toBe(true);
});

test("walks the same calls from the same seed, and others from another", () => {
  expect(callsOf(FITTED_DAY, 3).calls).toEqual(callsOf(FITTED_DAY, 3).calls);
  expect(callsOf(FITTED_DAY, 3).calls).not.toEqual(callsOf(FITTED_DAY, 4).calls);
});

test("begins the asked share of calm visits in prime time", () => {
  const calm = {
    ...FITTED_DAY,
    overnightSurge: 0,
    daytimeSurge: 0,
    primeSurge: 0,
    callsPerVisit: 1,
    primeShare: 0.4,
  };
  const { calls } = callsOf(calm, 1);
  const inPrime = calls.filter((atS) => bandAt(atS) === PRIME).length;
  expect(Math.abs(inPrime / calls.length - 0.4)).toBeLessThan(0.02);
});

test("brings a surge's visits within about a minute, most of them at its start", () => {
  const [calm, surging] = [0, 0.05].map((daytimeSurge) => {
    const { calls } = callsOf({ ...FITTED_DAY, daytimeSurge, callsPerVisit: 1, surgeMeanS: 20 }, 1);
    const kickOffS = 13 * 3600;
    const within = (fromS: number, toS: number) =>
      calls.filter((atS) => atS >= kickOffS + fromS && atS < kickOffS + toS).length;
    return [within(0, 20), within(20, 60), within(60, 600)] as const;
  });
  // Of 1,000 visits 63 % come in the first 20 s, and 32 % in the next 40 s.
  expect((surging?.[0] ?? 0) - (calm?.[0] ?? 0)).toBeGreaterThan(500);
  expect((surging?.[1] ?? 0) - (calm?.[1] ?? 0)).toBeGreaterThan(200);
  expect((surging?.[2] ?? 0) - (calm?.[2] ?? 0)).toBeLessThan(200);
});

test("scales thresholds and surges with the number of users, and gives each band the headroom asked for", () => {
  const [small, large] = [dayModel(FITTED_DAY, 1000), dayModel(FITTED_DAY, 10_000)];
  BANDS.forEach((_, band) => {
    expect(large.thresholdsPerSec[band]).toBeCloseTo(10 * (small.thresholdsPerSec[band] ?? 0));
  });
  expect(large.surges[0]?.visits).toBeCloseTo(10 * (small.surges[0]?.visits ?? 0));
  const roomier = dayModel({ ...FITTED_DAY, primeHeadroom: 2 * FITTED_DAY.primeHeadroom }, 1000);
  expect(roomier.thresholdsPerSec[PRIME]).toBeCloseTo(2 * (small.thresholdsPerSec[PRIME] ?? 0));
  expect(roomier.thresholdsPerSec[0]).toBe(small.thresholdsPerSec[0]);
});
