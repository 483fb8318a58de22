import { describe, expect, test } from "vitest";
import { FIRST_DAY, reportOf, viewers } from "../../test/synthetic-calls.ts";
import { createCalendar, PLAIN_ROUTING } from "./calendar.ts";
import type { TrafficReport } from "./report-shape.ts";
import { trafficReport } from "./traffic-report.ts";
import { recordSource, type TrafficRecord } from "./traffic-source.ts";
import { notes } from "./traffic-tables.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.parse(FIRST_DAY);

/** The same calls every minute of the day, from `fromMs` until `untilMs`. */
function steady(fromMs: number, untilMs: number): TrafficRecord[] {
  return Array.from({ length: Math.floor((untilMs - fromMs) / 60_000) }, (_, at) => ({
    timeMs: fromMs + at * 60_000,
    user: `user-${at % 50}`,
    network: "192.0.2.7",
    agent: "x",
    category: at % 3 === 0 ? "playback" : "homepage",
    method: "GET" as const,
    count: 5,
  }));
}

function partial({ days }: TrafficReport): string[] {
  return days.filter(({ isPartial }) => isPartial).map(({ date }) => date);
}

describe.each([4, 5, 7, 9, 14, 30])("a steady log of %i days", (days) => {
  test.each<[string, number, number, string[]]>([
    ["begins at 21:30", 21.5, 24 * days, ["first"]],
    ["ends at 02:10", 0, 24 * (days - 1) + 2.2, ["last"]],
    ["begins at 14:00 and ends at 09:00", 14, 24 * (days - 1) + 9, ["first", "last"]],
    ["is whole", 0, 24 * days, []],
  ])("that %s has no step", async (_, fromHour, untilHour, expected) => {
    const records = steady(START_MS + fromHour * 3_600_000, START_MS + untilHour * 3_600_000);
    const report = await reportOf(records, days);
    expect(report.steps).toEqual([]);
    expect(report.onset).toBeNull();
    const ends = { first: report.days[0]?.date, last: report.days.at(-1)?.date };
    expect(partial(report)).toEqual(expected.map((end) => ends[end as "first" | "last"]));
    expect(report.bursts).toEqual([]);
  });
});

test("a log of whole days of another time zone begins and ends within days of this one", async () => {
  // Midnight in Tokyo is 15:00 UTC.
  const records = steady(START_MS + 15 * 3_600_000, START_MS + 15 * 3_600_000 + 6 * DAY_MS);
  const report = await reportOf(records, 8);
  expect([report.steps, partial(report)]).toEqual([[], ["2026-09-01", "2026-09-07"]]);
  const calendar = createCalendar("2026-09-02", "2026-09-07", "Asia/Tokyo", [PLAIN_ROUTING]);
  const request = {
    source: recordSource("calls", records),
    calendar,
    known: [],
    homepages: [],
    previous: [],
  };
  const inTokyo = await trafficReport(request);
  expect(partial(inTokyo.report)).toEqual([]);
});

test("days of quiet nights are whole, though their first call comes in the morning", async () => {
  expect(partial(await reportOf(viewers(400, 12, 1), 12))).toEqual([]);
});

test("the report says which days count for nothing", async () => {
  const report = await reportOf(steady(START_MS + DAY_MS / 2, START_MS + 6 * DAY_MS), 6);
  expect(notes(report).join("\n")).toMatch(/begins or ends within 2026-09-01: no such day is compared/);
});

test.each([0.4, 3, 20])(
  "rates and calls a day of a log of %d hours are those of its hours",
  async (hours) => {
    const from = START_MS + 2 * DAY_MS + 9 * 3_600_000;
    const report = await reportOf(steady(from, from + hours * 3_600_000), 30);
    const minutes = Math.floor(hours * 60);
    expect(report.categories.reduce((sum, { perDay }) => sum + perDay, 0)).toBeCloseTo(5 * minutes, 0);
    for (const { withSuspects } of report.bands)
      expect(withSuspects.peakPerSec).toBeLessThanOrEqual(5 / 60 + 1e-9);
    const mean =
      report.bands.reduce((sum, { withSuspects }) => sum + withSuspects.meanPerSec, 0) / report.bands.length;
    expect(mean).toBeGreaterThan(0.7 * (5 / 60));
    expect(report.bursts).toEqual([]);
  },
);

test("a real step is found in a log that begins within a day", async () => {
  const low = steady(START_MS + DAY_MS / 2, START_MS + 14 * DAY_MS);
  const more = steady(START_MS + 8 * DAY_MS, START_MS + 14 * DAY_MS).flatMap((record) => [record, record]);
  expect((await reportOf([...low, ...more], 14)).step?.date).toBe("2026-09-09");
});
