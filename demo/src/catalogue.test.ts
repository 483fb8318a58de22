/**
 * The demo's catalogue is valid, large enough and repeatable, and reveals nothing about matches that are
 * still to come.
 */
import { itemSchema, type Item } from "@spillway/shared/protocol/catalogue.ts";
import { describe, expect, test } from "vitest";
import { DEMO_NOW_MS, demoCatalogue } from "./catalogue.ts";
import { WORLD_CUP } from "./world-cup.ts";

const HOUR_MS = 3600 * 1000;
const items = demoCatalogue(DEMO_NOW_MS);
const byId = new Map(items.map((item) => [item.id, item]));
const ofKind = (kind: Item["kind"]): Item[] => items.filter((item) => item.kind === kind);
const startMsOf = (matchId: string | undefined): number =>
  Date.parse(byId.get(matchId ?? "")?.startsAt ?? "");

describe("the demo's catalogue", () => {
  test("holds at least 2,000 items, each valid, ids and library titles unique", () => {
    expect(items.length).toBeGreaterThanOrEqual(2000);
    expect(byId.size).toBe(items.length);
    const invalid = items.filter((item) => !itemSchema.safeParse(item).success);
    expect(invalid).toEqual([]);
    const titles = items.filter(({ genres }) => !genres.includes("football")).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test("has titles for some ages and some countries only", () => {
    const rated = items.filter(({ ageRating }) => (ageRating ?? 0) > 0);
    expect(rated.length).toBeGreaterThan(300);
    expect(ofKind("kids").every(({ ageRating }) => ageRating === 0)).toBe(true);
    const territories = items.flatMap((item) => item.territories ?? []);
    expect(territories).toEqual([{ allowed: ["GB", "IE"] }, { denied: ["US"] }]);
  });

  test("is the same every time", () => {
    expect(demoCatalogue(DEMO_NOW_MS)).toEqual(items);
  });

  test("holds the whole tournament: 104 matches, a hub for each of 48 teams, a clip for each goal", () => {
    expect(ofKind("match")).toHaveLength(104);
    expect(ofKind("highlights")).toHaveLength(104);
    expect(ofKind("hub").map(({ teams }) => teams.length)).toEqual(Array.from({ length: 48 }, () => 1));
    const goals = WORLD_CUP.matches.flatMap(({ score = [0, 0] }) => score[0] + score[1]);
    expect(ofKind("clip")).toHaveLength(goals.reduce((sum, count) => sum + count, 0));
  });

  test.each([
    ["match-98-esp-bel", "Spain v. Belgium"],
    ["highlights-93-por-esp", "Portugal v. Spain: highlights"],
    ["clip-93-por-esp-mikel-merino-90", "Mikel Merino 90+1' — Portugal v. Spain"],
    ["hub-esp", "Spain"],
    ["match-101", "Semi-final 1"],
  ])("names %s readably", (id, title) => {
    expect(byId.get(id)?.title).toBe(title);
  });

  test("starts an hour before Spain v. Belgium", () => {
    expect(startMsOf("match-98-esp-bel") - DEMO_NOW_MS).toBe(HOUR_MS);
  });

  test("has films that are new, old, still to come and about to leave", () => {
    const films = ofKind("movie");
    const ageDays = films.map(
      ({ publishedAt = "" }) => (DEMO_NOW_MS - Date.parse(publishedAt)) / (24 * HOUR_MS),
    );
    expect(ageDays.filter((days) => days > 0 && days < 14).length).toBeGreaterThan(20);
    expect(ageDays.filter((days) => days > 5 * 365).length).toBeGreaterThan(100);
    expect(ageDays.some((days) => days < 0)).toBe(true);
    const leaving = films.filter(({ availableUntil }) => availableUntil !== undefined);
    expect(leaving.length).toBeGreaterThan(3);
    for (const { availableUntil = "" } of leaving)
      expect(Date.parse(availableUntil)).toBeGreaterThan(DEMO_NOW_MS);
  });
});

describe("what has not happened yet", () => {
  const future = items.filter(({ matchId }) => startMsOf(matchId) >= DEMO_NOW_MS);

  test("concerns the seven matches from Spain v. Belgium on", () => {
    expect(future.filter(({ kind }) => kind === "match")).toHaveLength(7);
  });

  test("has no clips, and its replays and highlights appear after the match only", () => {
    expect(new Set(future.map(({ kind }) => kind))).toEqual(new Set(["match", "replay", "highlights"]));
    for (const { kind, matchId = "", availableFrom = "" } of future) {
      if (kind === "match") continue;
      expect(Date.parse(availableFrom)).toBeGreaterThan(Date.parse(byId.get(matchId)?.endsAt ?? ""));
    }
  });

  test("shows no score anywhere", () => {
    // A score is two numbers with a dash, as the descriptions of played matches show it.
    const score = /\d\s*[–:-]\s*\d/;
    expect(byId.get("highlights-93-por-esp")?.description).toMatch(score);
    for (const { title, description = "" } of future) expect(`${title} ${description}`).not.toMatch(score);
  });

  test("leaves open who reached the semi-finals, in the committed facts too", () => {
    const late = WORLD_CUP.matches.filter(({ kickOff }) => Date.parse(kickOff) >= DEMO_NOW_MS);
    expect(late.flatMap(({ score, goals, penalties }) => [score, goals, penalties]).filter(Boolean)).toEqual(
      [],
    );
    expect(late.filter(({ number }) => number > 100).map(({ teams }) => teams)).toEqual(
      Array.from({ length: 4 }),
    );
    expect(future.filter(({ id }) => /-10[1-4]/.test(id)).flatMap(({ teams }) => teams)).toEqual([]);
  });

  test("announces a knock-out pairing no earlier than both teams' previous matches end", () => {
    for (const match of ofKind("match").filter(({ id }) => Number(id.split("-")[1]) > 72)) {
      const startMs = Date.parse(match.startsAt ?? "");
      const before = ofKind("match").filter(
        ({ teams, startsAt = "" }) =>
          Date.parse(startsAt) < startMs && teams.some((team) => match.teams.includes(team)),
      );
      const announcedMs = Date.parse(match.availableFrom ?? "");
      for (const { endsAt = "" } of before) expect(announcedMs).toBeGreaterThan(Date.parse(endsAt));
      expect(announcedMs).toBeLessThan(startMs);
    }
  });
});
