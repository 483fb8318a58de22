import { describe, expect, test } from "vitest";
import { openForTest } from "../../test/test-database.ts";
import type { Database } from "../database.ts";
import { capNetworks, capOf } from "./network-caps.ts";
import { countUsers } from "@spillway/model/profile/packed-page.ts";
import { profileRanges, readProfileRange } from "./profile-ranges.ts";
import { putProfiles, type ProfileRow } from "./profiles.ts";

const MINUTE_MS = 60_000;

/** An id that did two things in one visit, of which the edge's cookie speaks for the id. */
const VISITOR = {
  history: Buffer.alloc(24),
  signals: null,
  visits: 1,
  source: "events",
  updatedMs: 0,
  proof: "cookie",
  network: "a".repeat(16),
  arrivedMs: 0,
  seenMs: MINUTE_MS,
} satisfies Partial<ProfileRow>;

function add(database: Database, name: string, count: number, change: Partial<ProfileRow> = {}): void {
  const rows = Array.from({ length: count }, (_, at) => ({ ...VISITOR, user: `${name}${at}`, ...change }));
  putProfiles(database, rows);
}

/** What training reads. */
function weighing({ sqlite }: Database): number {
  const pages = profileRanges(sqlite, 1000).flatMap((range) => readProfileRange(sqlite, range));
  return pages.reduce((sum, page) => sum + countUsers(page), 0);
}

const ONE_THING = { history: Buffer.alloc(12) };
const TRUSTED = { proof: null, network: null };

describe("an id weighs in training", () => {
  test.each<[string, Partial<ProfileRow>, boolean]>([
    ["that did one thing once", ONE_THING, false],
    ["that saw something and did nothing", { history: Buffer.alloc(0) }, false],
    ["that did one thing and came back", { ...ONE_THING, seenMs: 31 * MINUTE_MS }, true],
    ["that did one thing, and says that it came back", { ...ONE_THING, visits: 9 }, false],
    ["that did two things once, by a cookie of the edge", {}, true],
    ["that did two things once, and nothing speaks for it", { proof: "none" }, false],
    ["that nothing speaks for, and came back", { proof: "none", seenMs: 31 * MINUTE_MS }, true],
    ["with a token that did one thing once", { ...ONE_THING, ...TRUSTED }, false],
    ["with a token that did two things once", TRUSTED, true],
    ["of an import with one interaction", { ...ONE_THING, source: "import", arrivedMs: null }, true],
    ["of the demo with one interaction", { ...ONE_THING, source: "demo", arrivedMs: null }, true],
    ["from before arrivals were stored, with one visit", { ...ONE_THING, arrivedMs: null }, false],
    ["from before arrivals were stored, with two", { ...ONE_THING, arrivedMs: null, visits: 2 }, true],
  ])("%s: %o", (_, change, expected) => {
    const database = openForTest();
    add(database, "u", 1, change);
    capNetworks(database);
    expect(weighing(database)).toBe(expected ? 1 : 0);
  });
});

describe("a network", () => {
  test("weighs at most its share, by its oldest ids, however many it has", () => {
    const database = openForTest();
    add(database, "user", 20_000, { source: "import", ...TRUSTED, arrivedMs: null });
    add(database, "honest", 50, { network: "b".repeat(16) });
    add(database, "invented", 5000);
    expect(capNetworks(database)).toBe(1);
    // 1 % of what weighs then.
    expect(weighing(database) - 20_050).toBe(202);
    add(database, "more", 5000);
    capNetworks(database);
    expect(weighing(database) - 20_050).toBe(202);
  });

  test("gains nothing by ids that weigh nothing, nor by visits that it makes up", () => {
    const database = openForTest();
    add(database, "user", 20_000, { source: "import", ...TRUSTED, arrivedMs: null });
    add(database, "once", 20_000, { network: "c".repeat(16), proof: "none" });
    add(database, "invented", 500, { visits: 1_000_000 });
    capNetworks(database);
    // Ten ids of the weight of twenty visits each.
    expect(weighing(database) - 20_000).toBe(10);
  });

  test("of a small audience weighs what it is", () => {
    const database = openForTest();
    add(database, "visitor", 50);
    expect(capNetworks(database)).toBe(0);
    expect(weighing(database)).toBe(50);
  });
});

test.each([
  [0, [], 50],
  [0, [1e6], 50],
  [1e6, [1e6], 10_101],
  // Ninety attackers of a million ids each, against a million of others: all together they could have nine
  // tenths.
  [1e6, Array.from({ length: 90 }, () => 1e6), 100_000],
  [0, Array.from({ length: 1000 }, () => 5000), 50_000],
])("beside %d, networks may each weigh …", (others, networks, expected) => {
  expect(Math.abs(capOf(others, networks) - expected)).toBeLessThan(expected * 0.002);
});
