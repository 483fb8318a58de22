import { describe, expect, test } from "vitest";
import { createCalendar, localMinute, PLAIN_ROUTING } from "./calendar.ts";

const PLAIN = [PLAIN_ROUTING];

describe("the calendar", () => {
  test("knows local days and minutes through a change of the clocks", () => {
    const calendar = createCalendar("2026-10-24", "2026-10-26", "Europe/Madrid", PLAIN);
    expect(calendar.days).toEqual(["2026-10-24", "2026-10-25", "2026-10-26"]);
    expect(calendar.endS - calendar.startS).toBe(73 * 3600);
    const at = (iso: string): number => Date.parse(iso) / 1000 - calendar.startS;
    expect(localMinute(calendar, at("2026-10-25T00:30:00Z"))).toBe(150);
    expect(localMinute(calendar, at("2026-10-25T01:30:00Z"))).toBe(150);
    expect(calendar.dayOfQuarter[Math.floor(at("2026-10-25T23:15:00Z") / 900)]).toBe(2);
  });

  test("uses bands and thresholds of the routing in force at the time", () => {
    const bands = [
      { name: "night", from: "00:00", threshold_per_s: 5 },
      { name: "day", from: "06:00", threshold_per_s: 50 },
    ];
    const pushed = {
      ...PLAIN_ROUTING,
      version: 1,
      pushedMs: Date.parse("2026-09-02"),
      routing: { ...PLAIN_ROUTING.routing, bands },
    };
    const calendar = createCalendar("2026-09-01", "2026-09-02", "UTC", [...PLAIN, pushed]);
    const at = (minute: number) => [
      calendar.bands[calendar.bandOfMinute[minute] ?? 0],
      calendar.thresholdOfMinute[minute],
    ];
    expect(at(359)).toEqual(["A overnight", Number.NaN]);
    expect(at(1440 + 359)).toEqual(["night", 5]);
    expect(at(1440 + 360)).toEqual(["day", 50]);
  });

  test.each([
    ["2026-09-31", "2026-10-01", "UTC", "2026-09-31"],
    ["2026-09-20", "2026-09-01", "UTC", "there are no days"],
    ["2020-01-01", "2026-09-01", "UTC", "more than 400 days"],
    ["2026-09-01", "2026-09-02", "Mars/Olympus", "Mars/Olympus"],
  ])("refuses %s to %s in %s", (from, to, zone, message) => {
    expect(() => createCalendar(from, to, zone, PLAIN)).toThrow(message);
  });
});
