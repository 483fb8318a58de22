import { describe, expect, test } from "vitest";
import { badgeOf, briefLine, kindLabel, metaLine } from "./labels.js";

const KICK_OFF_MS = Date.parse("2026-07-10T19:00:00Z");
const MINUTE_MS = 60_000;
const BARE = { id: "i", title: "T", genres: [], teams: [], hue: 1 };
const MATCH = { ...BARE, kind: "match", startsAtMs: KICK_OFF_MS, endsAtMs: KICK_OFF_MS + 180 * MINUTE_MS };

describe("badgeOf a match", () => {
  test.each([
    [-1000, undefined],
    [-91, undefined],
    [-58, { tone: "soon", text: "In 58 min" }],
    [-0.5, { tone: "soon", text: "In 1 min" }],
    [0, { tone: "live", text: "Live" }],
    [179, { tone: "live", text: "Live" }],
    [180, { tone: "plain", text: "Ended" }],
  ])("%i min after kick-off", (minutes, expected) => {
    expect(badgeOf(MATCH, KICK_OFF_MS + minutes * MINUTE_MS)).toEqual(expected);
  });

  test("is absent without the content's clock", () => {
    expect(badgeOf(MATCH, undefined)).toBeUndefined();
  });
});

test("a film is new for a week", () => {
  const film = { ...BARE, kind: "movie", publishedAtMs: KICK_OFF_MS };
  expect(badgeOf(film, KICK_OFF_MS + 6 * 1440 * MINUTE_MS)).toEqual({ tone: "new", text: "New" });
  expect(badgeOf(film, KICK_OFF_MS + 8 * 1440 * MINUTE_MS)).toBeUndefined();
  expect(badgeOf(film, KICK_OFF_MS - MINUTE_MS)).toBeUndefined();
});

test("a match's line says today, tomorrow, or the date", () => {
  expect(metaLine(MATCH, KICK_OFF_MS - 60 * MINUTE_MS)).toMatch(/^Match · (Today|Tomorrow) \d\d:00$/);
  expect(metaLine(MATCH, KICK_OFF_MS - 1440 * MINUTE_MS)).toMatch(/^Match · Tomorrow \d\d:\d\d$/);
  expect(metaLine(MATCH, undefined)).toMatch(/^Match · \w{3} 1[01] Jul, \d\d:\d\d$/);
});

test("a film's line says genres and length", () => {
  const film = { ...BARE, kind: "movie", genres: ["sci-fi", "drama", "romance"], durationMin: 100 };
  expect(metaLine(film, undefined)).toBe("Film · Sci fi, drama · 1 h 40 min");
  expect(briefLine(film)).toBe("Sci fi · 1 h 40 min");
  expect(briefLine({ ...film, genres: [], durationMin: 120 })).toBe("Film · 2 h");
});

test("an unknown kind is shown as it is", () => {
  expect(kindLabel({ ...BARE, kind: "hologram" })).toBe("Hologram");
  expect(kindLabel({ ...BARE, kind: "" })).toBe("Title");
  expect(kindLabel({ ...BARE, kind: "toString" })).toBe("ToString");
});
