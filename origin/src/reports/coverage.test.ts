import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseRouting } from "@spillway/shared/routing/routing.ts";
import { SERVED_AS, type ServedAs } from "@spillway/shared/protocol/served.ts";
import type { ServingRecord } from "@spillway/shared/protocol/serving-log.ts";
import { openServingLogReader } from "../serving-log/read-serving-log.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { temporaryPath } from "@spillway/store/test/test-database.ts";
import { coverageReport } from "@spillway/analytics/coverage/coverage.ts";
import { localDay } from "@spillway/analytics/coverage/local-day.ts";

const DAY = localDay("2026-09-15", "Europe/Madrid");
const PERSONALIZED: ReadonlySet<string> = new Set(["individual", "tailored"]);
const FIRST_MINUTE = DAY.startMs / 60_000;

function version(evening: number, pushedMs = 0): RoutingVersion {
  const parsed = parseRouting({
    time_zone: "Europe/Madrid",
    bands: [
      { name: "day", from: "07:00", threshold_per_s: 1 },
      { name: "evening", from: "18:00", threshold_per_s: evening },
    ],
  });
  if (!parsed.ok) throw new Error("not valid");
  return { version: 1, routing: parsed.routing, source: "", note: undefined, pushedMs };
}

function record(user: number, minute: number, as: ServedAs | "none", calls = 1): ServingRecord {
  return {
    user: user.toString(16).padStart(16, "0"),
    minute: FIRST_MINUTE + minute,
    context: as === "none" ? "events" : "homepage",
    as,
    reason: as === "none" ? "none" : as === "individual" ? "admitted" : "over-threshold",
    cluster: "c",
    country: "ES",
    network: "",
    agent: "tv",
    calls,
    version: 1,
    slow: 0,
  };
}

/**
 * Returns the report on `parts` of records that were delivered in this order. Some may be delivered twice,
 * and some not at all.
 */
function report(parts: readonly (readonly ServingRecord[])[], order = parts.map((_, at) => at)) {
  const path = temporaryPath();
  const log = openServingLog(path);
  for (const at of order) {
    const totals = { calls: 1_000_000, lost: 0 };
    log.store(
      { isolate: "i1", sequence: at, part: 0, parts: 1, totals, records: parts[at] ?? [] },
      DAY.startMs,
    );
  }
  log.close();
  const reader = openServingLogReader(path);
  onTestFinished(reader.close);
  return coverageReport(reader, DAY, [version(2), version(3, Date.parse("2026-09-15T18:30:00Z"))]);
}

describe("the coverage report", () => {
  test("counts users and calls by what they got, and by band", () => {
    const noon = 12 * 60;
    const evening = 19 * 60;
    const { users, calls, bands, genericFallback, eventPosts, perMinute } = report([
      [record(1, noon, "individual", 3), record(1, evening, "individual")],
      [record(2, noon, "individual"), record(2, evening, "parent", 2)],
      [record(3, evening, "cluster", 125), record(4, evening, "generic"), record(4, evening, "cluster")],
      [record(7, noon, "tailored", 2), record(7, evening, "individual")],
      [record(5, evening, "none", 7), record(6, -1, "generic"), record(6, 1440, "generic")],
    ]);
    expect(users).toEqual({
      distinct: 5,
      // Tailored at the edge is personalized too.
      fullyPersonalized: 2,
      partlyPersonalized: 1,
      nonePersonalized: 2,
      someUnpersonalized: 3,
      someNotIndividual: 4,
      someTailored: 1,
      someCluster: 3,
      clusterInsteadOfGeneric: 2,
      someGeneric: 1,
    });
    expect(calls).toEqual({ total: 137, individual: 6, tailored: 2, cluster: 128, generic: 1 });
    expect(genericFallback).toEqual({ usersWithGeneric: 4, callsGeneric: 131 });
    expect(eventPosts).toBe(7);
    expect(bands.map(({ name, thresholdsPerSec, minutes }) => [name, thresholdsPerSec, minutes])).toEqual([
      ["evening", [2, 3], 13 * 60],
      ["day", [1], 11 * 60],
    ]);
    expect(
      bands.map((band) => [band.users.distinct, band.users.fullyPersonalized, band.minutesOver]),
    ).toEqual([
      [5, 2, 1],
      [3, 3, 0],
    ]);
    expect([
      perMinute.calls[evening],
      perMinute.cluster[evening],
      perMinute.thresholdPerMinute[evening],
    ]).toEqual([131, 128, 120]);
    expect(perMinute.tailored[noon]).toBe(2);
    expect(perMinute.thresholdPerMinute[22 * 60]).toBe(180);
  });

  test("counts exactly what was delivered, in any order, with repetitions and gaps", () => {
    const recordArbitrary = fc
      .tuple(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 1439 }),
        fc.constantFrom(...SERVED_AS),
        fc.integer({ min: 1, max: 70_000 }),
      )
      .map(([user, minute, as, calls]) => record(user * 0x1_0000_0001, minute, as, calls));
    const parts = fc.array(fc.array(recordArbitrary, { minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 6,
    });
    const delivery = parts.chain((all) =>
      fc.tuple(fc.constant(all), fc.array(fc.nat({ max: all.length - 1 }), { maxLength: 12 })),
    );
    fc.assert(
      fc.property(delivery, ([all, order]) => {
        const delivered = [...new Set(order)].flatMap((at) => all[at] ?? []);
        const byUser = Map.groupBy(delivered, ({ user }) => user);
        const classes = [...byUser.values()].map((own) => own.map(({ as }) => as));
        const { users, calls, delivery: counted } = report(all, order);
        expect(users.distinct).toBe(byUser.size);
        expect(users.fullyPersonalized).toBe(
          classes.filter((own) => own.every((as) => PERSONALIZED.has(as))).length,
        );
        expect(users.nonePersonalized).toBe(
          classes.filter((own) => !own.some((as) => PERSONALIZED.has(as))).length,
        );
        expect(users.someGeneric).toBe(
          classes.filter((own) => own.includes("generic") || own.includes("builtin")).length,
        );
        const sum = delivered.reduce((total, one) => total + one.calls, 0);
        expect([calls.total, counted.callsArrived]).toEqual([sum, sum]);
      }),
      { numRuns: 25 },
    );
  });
});

test("a day has 23 or 25 hours when clocks change, and an invalid day is named", () => {
  expect(localDay("2026-03-29", "Europe/Madrid")).toMatchObject({ minutes: 23 * 60 });
  expect(localDay("2026-10-25", "Europe/Madrid")).toMatchObject({ minutes: 25 * 60 });
  expect(() => localDay("yesterday", "UTC")).toThrow("yesterday is no day such as 2026-09-15");
  expect(() => localDay("2026-02-30", "UTC")).toThrow(RangeError);
});
