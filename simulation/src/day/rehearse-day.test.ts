import { gateDepth } from "@spillway/shared/admission/gate.ts";
import { describe, expect, test } from "vitest";
import { rehearseDay } from "./rehearse-day.ts";

const USERS = 20_000;

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

describe.each([1, 2])("a small day from seed %i", (seed) => {
  const day = rehearseDay({ seed, users: USERS });

  test("counts every user in one class and every call on one rung, by band, by minute and in all", () => {
    for (const { users, calls, bands } of [day.fallback, day.spillway]) {
      expect(users.fully + users.partly + users.none).toBe(USERS);
      expect(calls.individual + calls.cluster + calls.generic).toBe(day.calls);
      expect(sum(bands.map((band) => band.calls))).toBe(day.calls);
      expect(sum(bands.map((band) => band.callsHit))).toBe(calls.cluster + calls.generic);
    }
    expect(sum(day.perMinute.calls)).toBe(day.calls);
    expect(sum(day.perMinute.fallbackIndividual)).toBe(day.fallback.calls.individual);
    expect(sum(day.perMinute.spillwayIndividual)).toBe(day.spillway.calls.individual);
  });

  test("surges beyond the threshold, and never serves more than threshold and depth individually", () => {
    for (const { thresholdPerSec, peakPerSec, fallbackPeakPerSec, spillwayPeakPerSec } of day.bands) {
      expect(peakPerSec).toBeGreaterThan(2 * thresholdPerSec);
      expect(fallbackPeakPerSec).toBeLessThanOrEqual(thresholdPerSec + gateDepth(thresholdPerSec));
      expect(spillwayPeakPerSec).toBeLessThanOrEqual(fallbackPeakPerSec);
    }
  });

  test("serves better with Spillway, and nobody a generic page", () => {
    expect(day.fallback.calls.cluster).toBe(0);
    expect(day.fallback.calls.generic).toBeGreaterThan(0);
    expect(day.spillway.calls.generic).toBe(0);
    expect(day.spillway.usersEver.generic).toBe(0);
    expect(day.spillway.quality).toBeGreaterThan(day.fallback.quality);
    // The cost is the part of the threshold that the credits leave unused.
    expect(day.spillway.calls.individual).toBeLessThan(day.fallback.calls.individual);
    expect(day.spillway.calls.individual).toBeGreaterThan(0.95 * day.fallback.calls.individual);
  });
});

test("gives the same plain JSON from the same seed, and another day from another", () => {
  const days = [5, 5, 6].map((seed) => rehearseDay({ seed, users: 5000 }));
  expect(days[1]).toEqual(days[0]);
  expect(days[2]?.calls).not.toBe(days[0]?.calls);
  expect(JSON.parse(JSON.stringify(days[0]))).toEqual(days[0]);
});

test("at full utilization serves the same users individually as the fallback does", () => {
  const { fallback, spillway } = rehearseDay({ seed: 1, users: 5000, utilization: 1 });
  expect(spillway.users).toEqual(fallback.users);
  expect(spillway.calls.cluster).toBe(fallback.calls.generic);
});

test("gives generic pages to users without signals, and values cluster pages by the retention", () => {
  const signalless = rehearseDay({ seed: 1, users: 5000, signallessShare: 1, utilization: 1 });
  expect(signalless.spillway.calls).toEqual(signalless.fallback.calls);
  expect(signalless.spillway.quality).toBe(signalless.fallback.quality);
  const halfSignalless = rehearseDay({ seed: 1, users: 5000, signallessShare: 0.5 });
  expect(halfSignalless.spillway.usersEver.generic).toBeGreaterThan(0);
  expect(halfSignalless.spillway.usersEver.cluster).toBeGreaterThan(0);
  expect(rehearseDay({ seed: 1, users: 5000, retention: 1 }).spillway.quality).toBe(1);
});

test("reports its progress up to the last user", () => {
  const progress: number[] = [];
  rehearseDay({ seed: 1, users: 50_000, onProgress: (done, total) => progress.push(done / total) });
  expect(progress).toEqual([0.5, 1]);
});
