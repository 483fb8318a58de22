import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reportOf, scrapers, viewers, visit } from "../../test/synthetic-calls.ts";
import type { TrafficReport } from "./report-shape.ts";
import type { TrafficRecord } from "./traffic-source.ts";
import { burstsTable, knownTable, notes } from "./traffic-tables.ts";

const VIEWERS = viewers(400, 20, 1);

function users({ suspects }: TrafficReport, prefix: string): number {
  return suspects.filter(({ user }) => user.startsWith(prefix)).length;
}

describe("the traffic report", () => {
  test("finds scrapers after five nights, and no viewer, kiosk or television among them", async () => {
    const report = await reportOf([...VIEWERS, ...scrapers(200, 10, 20, 2)].filter(before(15)), 15);
    expect(users(report, "scraper-")).toBe(200);
    expect(users(report, "viewer-")).toBe(0);
    expect(report.suspects[0]?.evidence).toMatchObject({ "homepage-only": 4, "same-reads": 6, "no-post": 3 });
    expect(report).toMatchObject({
      onset: "2026-09-11",
      step: { date: "2026-09-11" },
      suspectCalls: 200 * 6 * 5,
    });
  });

  test("lists no regular television that joined after the step, and no phone that prefetches at night and plays", async () => {
    const steady = Array.from({ length: 60 }, (_, at) =>
      nights(at % 3 === 0 ? at % 18 : 0, 20, (day) =>
        visit({
          user: `tv-${at}`,
          day,
          minute: 1200 + (at % 60),
          reads: 3 + (at % 2),
          agent: "okhttp/4.12.0",
        }),
      ),
    );
    const phones = Array.from({ length: 10 }, (_, at) =>
      nights(10, 20, (day) => [
        ...visit({ user: `phone-${at}`, day, minute: 150, reads: 6 }),
        ...(day % 5 === at % 5
          ? visit({ user: `phone-${at}`, day, minute: 1200, others: ["playback"] })
          : []),
      ]),
    );
    const report = await reportOf(
      [...VIEWERS, ...steady.flat(), ...phones.flat(), ...scrapers(200, 10, 20, 2)],
      20,
    );
    expect([users(report, "tv-"), users(report, "phone-"), users(report, "scraper-")]).toEqual([0, 0, 200]);
  });

  test.each<[string, (day: number) => boolean]>([
    ["every other night", (day) => day % 2 === 0],
    ["at weekends", (day) => [4, 5].includes(day % 7)],
    ["on workdays", (day) => ![4, 5].includes(day % 7)],
  ])("finds scrapers that come %s, and dates them", async (_, comes) => {
    const calls = scrapers(200, 13, 27, 2).filter(({ timeMs }) => comes(dayOf(timeMs)));
    const first = dayOf(Math.min(...calls.map(({ timeMs }) => timeMs)));
    const report = await reportOf([...viewers(400, 27, 1), ...calls], 27);
    expect(users(report, "scraper-")).toBe(200);
    expect(users(report, "viewer-")).toBe(0);
    expect(Math.abs(dayOf(Date.parse(report.onset ?? "")) - first)).toBeLessThanOrEqual(1);
  });

  test("counts only days that the log has as history", async () => {
    const late = [...viewers(400, 20, 1), ...scrapers(200, 13, 20, 2)].filter(
      ({ timeMs }) => dayOf(timeMs) >= 10,
    );
    const report = await reportOf(late, 20);
    expect([users(report, "scraper-"), users(report, "viewer-")]).toEqual([200, 0]);
  });

  test("compares hours in a log that begins with the scrapers", async () => {
    const report = await reportOf([...viewers(400, 5, 1), ...scrapers(200, 0, 5, 2)], 5);
    expect(report.onset).toBeNull();
    expect(users(report, "scraper-")).toBe(200);
    expect(report.suspects[0]?.evidence).toHaveProperty("unusual-hour");
  });

  test("has no suspects and no step when there are only viewers", async () => {
    for (const seed of [3, 4, 5]) {
      const report = await reportOf(viewers(300, 20, seed), 20);
      expect(report.suspects).toEqual([]);
      expect(report.steadyIds).toBe(3);
      expect(report.step).toBeNull();
    }
  });

  test("dates the step to within one night, wherever it is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 16 }),
        fc.integer({ min: 1, max: 1e6 }),
        async (day, seed) => {
          const { step } = await reportOf([...VIEWERS, ...scrapers(100, day, 20, seed)], 20);
          const found =
            step === null ? Number.NaN : (Date.parse(step.date) - Date.parse("2026-09-01")) / 86_400_000;
          expect(Math.abs(found - day)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 5 },
    );
  });

  test("never lists an id of one night", async () => {
    const once = Array.from({ length: 600 }, (_, at) =>
      visit({
        user: `once-${at}`,
        day: 10 + (at % 10),
        minute: 130,
        reads: 6,
        network: "192.0.2.1",
        agent: "curl/8",
      }),
    ).flat();
    const report = await reportOf([...VIEWERS, ...once], 20);
    expect(users(report, "once-")).toBe(0);
    // Four kiosks that always did the same are counted, too.
    expect(report.unexplained.ids).toBe(604);
  });

  test("recognises known tests by window and network", async () => {
    const known = [
      {
        name: "load test",
        kind: "performance-test" as const,
        fromS: Date.parse("2026-09-11") / 1000,
        untilS: Date.parse("2026-09-13") / 1000,
        networks: ["192.0.2.0/24"],
      },
    ];
    const report = await reportOf([...VIEWERS, ...scrapers(200, 10, 12, 2)], 20, { known });
    expect(users(report, "scraper-")).toBe(0);
    expect(report.known).toMatchObject([{ name: "load test", calls: 2 * 200 * 6, users: 200 }]);
    expect(report.days[10]).toMatchObject({ known: 1200, suspects: 0 });
  });

  test("clears an id that behaves like a viewer afterwards, and lists the rest again", async () => {
    const reformed = Array.from({ length: 5 }, (_, at) => {
      return visit({ user: "scraper-7", day: 15 + at, minute: 1200, others: ["playback"], posts: true });
    });
    const calls = scrapers(100, 10, 20, 2).filter(
      ({ user, timeMs }) => user !== "scraper-7" || isBefore(timeMs, 15),
    );
    const previous = ["scraper-6", "scraper-7", "nobody"];
    const report = await reportOf([...VIEWERS, ...calls, ...reformed.flat()], 20, { previous });
    expect(report.cleared.map(({ user }) => user)).toEqual(["scraper-7"]);
    expect(users(report, "scraper-")).toBe(99);
  });

  test("keeps scrapers on the list even when the log does not reach back to their arrival", async () => {
    const calls = [...viewers(400, 20, 1), ...scrapers(200, 0, 20, 2)];
    expect(users(await reportOf(calls, 20), "scraper-")).toBe(0);
    const previous = Array.from({ length: 100 }, (_, at) => `scraper-${at}`);
    const report = await reportOf(calls, 20, { previous });
    expect(users(report, "scraper-")).toBe(100);
    expect(report.cleared).toEqual([]);
  });

  test("distinguishes a burst of minutes from a rush that stays", async () => {
    const burst = Array.from({ length: 300 }, (_, at) =>
      visit({ user: `bot-${at}`, day: 5, minute: 600 + (at % 7), agent: "python-requests/2.32" }),
    ).flat();
    const { bursts } = await reportOf([...VIEWERS, ...burst, ...scrapers(200, 10, 20, 2)], 20);
    expect(bursts[0]).toMatchObject({
      start: "2026-09-06T10:00:00.000Z",
      minutes: 7,
      calls: 300,
      robotShare: 1,
    });
  });

  test("shows no suspects' nights among the bursts, even when their window is short", async () => {
    const nightly = nights(10, 20, (day) =>
      Array.from({ length: 200 }, (_, at) =>
        visit({ user: `scraper-${at}`, day, minute: 150 + (at % 12), reads: 6 }),
      ).flat(),
    );
    const burst = Array.from({ length: 300 }, (_, at) =>
      visit({ user: `bot-${at}`, day: 15, minute: 600 + (at % 7) }),
    ).flat();
    const report = await reportOf([...VIEWERS, ...nightly, ...burst], 20);
    expect(users(report, "scraper-")).toBe(200);
    expect(report.bursts.map(({ start }) => start)).toEqual(["2026-09-16T10:00:00.000Z"]);
  });

  test("sorts bursts by calls beyond the usual, and counts those that are not shown", async () => {
    const bursts = [
      ...burstOf(1, 540, 60),
      ...Array.from({ length: 11 }, (_, at) => burstOf(2 + at, 600, 0)).flat(),
    ];
    const report = await reportOf([...VIEWERS, ...bursts], 20);
    expect(report.bursts).toHaveLength(12);
    // This burst has the most calls, but the fewest beyond the usual.
    expect(report.bursts.toSorted((a, b) => b.calls - a.calls)[0]?.start).toBe("2026-09-02T10:00:00.000Z");
    expect(report.bursts.at(-1)?.start).toBe("2026-09-02T10:00:00.000Z");
    expect(burstsTable(report).note).toMatch(/^… and 2 more/);
  });

  test("measures the history in days that the log has", async () => {
    const calls = [...VIEWERS, ...scrapers(200, 14, 20, 2)];
    const late = calls.filter(({ timeMs }) => dayOf(timeMs) >= 11);
    for (const [records, isShort] of [
      [calls, false],
      [late, true],
    ] as const) {
      const report = await reportOf(records, 20);
      expect(report).toMatchObject({ onset: "2026-09-15", hasShortHistory: isShort });
      expect(notes(report).some((note) => note.includes("less than a week"))).toBe(isShort);
    }
  });

  test("remarks on known traffic that does not occur in the log", async () => {
    const known = [
      {
        name: "load test",
        kind: "performance-test" as const,
        fromS: Date.parse("2026-09-11") / 1000,
        untilS: Date.parse("2026-09-13") / 1000,
        networks: ["203.0.113.48/28"],
      },
    ];
    const report = await reportOf(VIEWERS, 20, { known });
    expect(knownTable(report).note).toMatch(/^load test: of this period, no call in its window/);
  });

  test("does not depend on the order of the rows", async () => {
    const calls = [...VIEWERS, ...scrapers(100, 10, 20, 2)];
    const { step, suspects, bands } = await reportOf(calls, 20);
    const backwards = await reportOf(calls.toReversed(), 20);
    expect(backwards).toMatchObject({ step, suspects, bands });
  });

  test("gives baselines with and without the suspects", async () => {
    const report = await reportOf([...VIEWERS, ...scrapers(200, 10, 20, 2)], 20);
    const [night, , evening] = report.bands;
    expect(night?.withSuspects.meanPerSec).toBeGreaterThan(2 * (night?.withoutSuspects.meanPerSec ?? 0));
    expect(evening?.withSuspects).toEqual(evening?.withoutSuspects);
    expect(night?.withSuspects.overThresholdShare).toBeNull();
  });
});

/** Calls within two minutes, with so many calls a minute in the hours before and after. */
function burstOf(day: number, calls: number, usualPerMinute: number): TrafficRecord[] {
  return [
    ...Array.from({ length: calls }, (_, at) =>
      visit({ user: `bot-${day}-${at}`, day, minute: 600 + (at % 2) }),
    ),
    ...Array.from({ length: 120 * usualPerMinute }, (_, at) =>
      visit({ user: `steady-${day}-${at}`, day, minute: 540 + (at % 120) }),
    ),
  ].flat();
}

function dayOf(timeMs: number): number {
  return Math.floor((timeMs - Date.parse("2026-09-01")) / 86_400_000);
}

/** The calls of each day from `first` to the day before `last`. */
function nights(first: number, last: number, callsOf: (day: number) => TrafficRecord[]): TrafficRecord[] {
  return Array.from({ length: last - first }, (_, at) => callsOf(first + at)).flat();
}

function before(day: number): (record: TrafficRecord) => boolean {
  return ({ timeMs }) => isBefore(timeMs, day);
}

function isBefore(timeMs: number, day: number): boolean {
  return timeMs < Date.parse("2026-09-01") + day * 86_400_000;
}
