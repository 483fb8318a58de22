import { describe, expect, test } from "vitest";
import { LEAST_EVENT_MS, parseTimeMs, readEventTime, whatIsWrong } from "./time.ts";
import { instantSchema } from "./time-schema.ts";

/** 2026-09-15T02:13:45.678Z, a Tuesday. */
const MS = 1_789_438_425_678;
const S = 1_789_438_425_000;

describe("parseTimeMs", () => {
  test.each<[unknown, number]>([
    // RFC 3339, and the forms of ISO 8601 that exports and databases write.
    ["2026-09-15T02:13:45.678Z", MS],
    ["2026-09-15t02:13:45.678z", MS],
    ["2026-09-15 02:13:45.678", MS],
    ["2026-09-15 02:13:45.678 UTC", MS],
    ["2026-09-15T02:13:45,678Z", MS],
    ["2026-09-15T02:13:45.678901234Z", MS],
    ["2026-09-15T04:13:45.678+02:00", MS],
    ["2026-09-15T04:13:45.678+02", MS],
    ["2026-09-15T04:13:45.678+0200", MS],
    ["2026-09-15 04:13:45.678 +0200", MS],
    ["2026-09-15 02:13:45.678+00", MS],
    ["2026-09-14T22:43:45.678-03:30", MS],
    ["2026-09-15T04:13:45.678+02:00[Europe/Madrid]", MS],
    ["  2026-09-15T02:13:45.678Z\r", MS],
    ["\u{feff}2026-09-15T02:13:45.678Z", MS],
    ["20260915T021345.678Z", MS],
    ["20260915T041345.678+0200", MS],
    ["2026-09-15 04:13:45.678 +0200 CEST", MS],
    ["2026-09-15 02:13:45.678 +0000 UTC", MS],
    ["2026-09-15T00:13:45.678\u221202:00", MS],
    ["20260915021345", S],
    ["20260915041345 +0200", S],
    ["2026-09-15T02:13:45Z", S],
    ["2026-09-15T02:13Z", S - 45_000],
    ["2026-09-15 02:13", S - 45_000],
    ["2026-09-15T02:13+00", S - 45_000],
    ["2026-09-15T02", S - 825_000],
    ["2026-09-15", Date.UTC(2026, 8, 15)],
    ["20260915", Date.UTC(2026, 8, 15)],
    ["2026-09-14T24:00:00Z", Date.UTC(2026, 8, 15)],
    ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["1969-12-31T23:59:59Z", -1000],
    ["0044-03-15", Date.parse("0044-03-15")],
    // Numbers, as such and as texts, by their size.
    [1_789_438_425, S],
    ["1789438425", S],
    ["1789438425.678", MS],
    ["1789438425.123", S + 123],
    [1_789_438_425.001, S + 1],
    [1_789_438_425.9989, S + 998],
    [956_703_932, 956_703_932_000],
    [1_789_438_425_678, MS],
    ["1789438425678", MS],
    ["1789438425678901", MS],
    [1_789_438_425_678_901, MS],
    ["1789438425678901234", MS],
    [Number("1789438425678901234"), MS],
    [0, 0],
  ])("reads %j", (value, expected) => {
    expect(parseTimeMs(value)).toBe(expected);
  });

  test.each([
    "",
    "yesterday",
    "2026-13-01",
    "2026-02-29",
    "2026-04-31",
    "20260431",
    "20260915026045",
    "2026-09-15T02:13:45 CEST",
    "2026-09-15T25:00:00Z",
    "2026-09-15T24:00:01Z",
    "2026-09-15T02:60:00Z",
    "2026-09-15T02:13:61Z",
    "2026-09-15T02:13:45+24:00",
    "2026-09-15T02:13:45+02:60",
    "2026-09-15T02:13:45[Europe/Madrid]",
    "2026-09-15T02:13:45Zulu",
    "09/15/2026",
    "15.09.2026",
    "-1",
    "1e9",
    "1.76E+12",
    "99999999999999999999999",
    -1,
    Number.NaN,
    Infinity,
    1e20,
    null,
    undefined,
    true,
    {},
    [],
    new Date(0),
  ])("refuses %j", (value) => {
    expect(parseTimeMs(value)).toBeUndefined();
  });
});

describe("readEventTime", () => {
  test("is from 1990 until a day after now", () => {
    expect(readEventTime(MS - 1, MS)).toEqual({ ok: true, timeMs: MS - 1 });
    expect(readEventTime(MS + 86_400_000, MS)).toEqual({ ok: true, timeMs: MS + 86_400_000 });
    expect(readEventTime(MS + 86_400_001, MS)).toEqual({
      ok: false,
      reason: "is more than a day in the future",
    });
    expect(readEventTime(LEAST_EVENT_MS, MS)).toEqual({ ok: true, timeMs: LEAST_EVENT_MS });
  });

  test.each([
    // A clock that was never set, a time since the page was opened, milliseconds that were divided twice.
    0,
    31_536_000,
    "1970-01-21T17:03:58.425Z",
    12_345.6,
    1_789_438,
  ])("refuses %j, since nothing was watched then", (value) => {
    expect(readEventTime(value, MS)).toEqual({
      ok: false,
      reason: expect.stringMatching(/^is in the year 197/),
    });
  });

  test("refuses what is no time with the forms that it reads", () => {
    expect(readEventTime("soon", MS)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("ISO 8601"),
    });
  });

  test("says nothing of a time that is right", () => {
    expect(whatIsWrong(MS, MS)).toBeUndefined();
  });
});

describe("instantSchema", () => {
  test.each([
    ["2026-09-15T02:13:45Z", "2026-09-15T02:13:45Z"],
    ["2026-09-15T04:13:45+02:00", "2026-09-15T04:13:45+02:00"],
    ["2026-09-15 04:13:45+02", "2026-09-15T02:13:45.000Z"],
    ["2026-09-15", "2026-09-15T00:00:00.000Z"],
    [1_789_438_425, "2026-09-15T02:13:45.000Z"],
  ])("%j becomes %j", (value, expected) => {
    expect(instantSchema.parse(value)).toBe(expected);
  });

  test.each([1994, "1994", 20_278, "1.5"])("refuses %j, which is no number of seconds", (value) => {
    expect(instantSchema.safeParse(value).error?.issues[0]?.message).toMatch(/in the year 1970: its unit/);
  });

  test.each([0, 31_536_000, "157766400"])("takes %j, since films are that old", (value) => {
    expect(instantSchema.safeParse(value).success).toBe(true);
  });

  test("names what it reads where it refuses", () => {
    expect(instantSchema.safeParse("soon").error?.issues[0]?.message).toContain("ISO 8601");
  });
});
