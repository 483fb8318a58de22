import { expect, test } from "vitest";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { link, unlink } from "../identity/identify.ts";
import { eraseUserData } from "../identity/user-data.ts";
import type { Database } from "@spillway/store/database.ts";
import { FACTS, type PackedPage } from "@spillway/model/profile/packed-page.ts";
import { profileRanges, readProfileRange } from "@spillway/store/profiles/profile-ranges.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import {
  allSuspects,
  clearSuspects,
  replaceSuspects,
  suspectsVersion,
} from "@spillway/store/operators/suspects.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { resolveSuspects } from "./resolve-suspects.ts";

const hashUser = createUserHash("a-secret-for-tests");
const NOW_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;

function suspect(user: string, expiresMs = NOW_MS + DAY_MS) {
  return { hash: hashUser(user), user: null, why: null, expiresMs };
}

/** Profiles that tell themselves apart by their visits. */
function addProfiles(database: Database, visits: Readonly<Record<string, number>>): void {
  putProfiles(
    database,
    Object.entries(visits).map(([user, count]) => ({
      user,
      history: Buffer.alloc(0),
      signals: null,
      visits: count,
      source: "import" as const,
      updatedMs: NOW_MS,
    })),
  );
}

function visitsIn({ facts }: PackedPage): number[] {
  return [...facts].filter((_, at) => at % FACTS === 2);
}

/** What a cycle learns from. */
function learnedFrom(database: Database, nowMs = NOW_MS): number[] {
  resolveSuspects(database, hashUser, nowMs);
  return profileRanges(database.sqlite, 1000).flatMap((range) =>
    readProfileRange(database.sqlite, range).flatMap(visitsIn),
  );
}

test("nothing is learned from suspects, also from those whose profile comes later, until they are cleared", () => {
  const database = openForTest();
  addProfiles(database, { a: 1, b: 2, c: 3 });
  expect(learnedFrom(database)).toEqual([1, 2, 3]);
  replaceSuspects(database, [suspect("b"), suspect("d")], NOW_MS);
  expect(learnedFrom(database)).toEqual([1, 3]);
  addProfiles(database, { d: 4, e: 5 });
  expect(learnedFrom(database)).toEqual([1, 3, 5]);
  expect(allSuspects(database).map(({ user }) => user)).toEqual(expect.arrayContaining(["b", "d"]));
  clearSuspects(database, [hashUser("b")], NOW_MS);
  expect(learnedFrom(database)).toEqual([1, 2, 3, 5]);
});

test("an expired suspect is a viewer again", () => {
  const database = openForTest();
  addProfiles(database, { a: 1, b: 2 });
  replaceSuspects(database, [suspect("b")], NOW_MS);
  expect(learnedFrom(database, NOW_MS + DAY_MS - 1)).toEqual([1]);
  expect(learnedFrom(database, NOW_MS + DAY_MS)).toEqual([1, 2]);
});

test("a new list replaces the old one, and keeps since when somebody is listed", () => {
  const database = openForTest();
  expect(suspectsVersion(database)).toBe(0);
  const first = [suspect("a"), suspect("b")];
  expect(replaceSuspects(database, first, NOW_MS)).toEqual({ added: 2, renewed: 0, cleared: 0 });
  const second = [suspect("b", NOW_MS + 2 * DAY_MS), suspect("c"), suspect("c")];
  expect(replaceSuspects(database, second, NOW_MS + 7)).toEqual({ added: 1, renewed: 1, cleared: 1 });
  expect(allSuspects(database)).toMatchObject([
    { hash: hashUser("b"), listedMs: NOW_MS, expiresMs: NOW_MS + 2 * DAY_MS },
    { hash: hashUser("c"), listedMs: NOW_MS + 7 },
  ]);
  expect(clearSuspects(database, [hashUser("nobody")], NOW_MS)).toBe(0);
  expect(suspectsVersion(database)).toBe(2);
});

function hashNobody(user: string): never {
  throw new Error(`${user} is hashed`);
}

test("nobody is hashed where none is listed, nor where every suspect is known by id", () => {
  const database = openForTest();
  addProfiles(database, { a: 1, b: 2 });
  resolveSuspects(database, hashNobody, NOW_MS);
  replaceSuspects(database, [{ ...suspect("b"), user: "b" }], NOW_MS);
  resolveSuspects(database, hashNobody, NOW_MS);
  replaceSuspects(database, [suspect("a")], NOW_MS);
  expect(() => resolveSuspects(database, hashNobody, NOW_MS)).toThrow("is hashed");
});

test("a listed visitor's events train nothing under the user whom the visitor turned out to be", () => {
  const database = openForTest();
  addProfiles(database, { visitor: 1, user: 2, other: 4 });
  replaceSuspects(database, [suspect("visitor")], NOW_MS);
  link(database, "visitor", "user", NOW_MS);
  expect(learnedFrom(database)).toEqual([4]);
  unlink(database, "visitor");
  expect(new Set(learnedFrom(database))).toEqual(new Set([2, 4]));
});

test("a visitor's events train nothing once the visitor is a listed user's", () => {
  const database = openForTest();
  addProfiles(database, { visitor: 1, user: 2, other: 4 });
  replaceSuspects(database, [suspect("user")], NOW_MS);
  expect(new Set(learnedFrom(database))).toEqual(new Set([1, 4]));
  link(database, "visitor", "user", NOW_MS);
  expect(learnedFrom(database)).toEqual([4]);
});

test("a suspect whose profile takes an erased one's place in the table is found", () => {
  const database = openForTest();
  addProfiles(database, { a: 1, b: 2 });
  replaceSuspects(database, [suspect("scraper"), suspect("nobody")], NOW_MS);
  expect(learnedFrom(database)).toEqual([1, 2]);
  eraseUserData({ database, servingLog: undefined, hashUser }, "b", NOW_MS);
  addProfiles(database, { scraper: 4, d: 8 });
  expect(learnedFrom(database)).toEqual([1, 8]);
});
