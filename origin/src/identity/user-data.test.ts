import { expect, test } from "vitest";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { storeLetters } from "../dead-letters/store-letters.ts";
import { foldNewEvents } from "../pipeline/ingest/fold-events.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import type { KeptRecord } from "../serving-log/user-records.ts";
import { allLetters } from "@spillway/store/events/dead-letters.ts";
import { eventsAfter, insertEvents } from "@spillway/store/events/events.ts";
import { erasuresDocument } from "@spillway/store/events/viewer-erasures.ts";
import { iterateProfiles } from "@spillway/store/profiles/profiles.ts";
import { allSuspects, replaceSuspects } from "@spillway/store/operators/suspects.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { link } from "./identify.ts";
import { eraseUserData, readUserData, type UserStore } from "./user-data.ts";

const NOW_MS = 1_800_000_000_000;
const MINUTE = NOW_MS / 60_000;
const NOTHING = { links: 0, profiles: 0, events: 0, suspects: 0, deadLetters: 0, servingLog: 0, sample: 0 };
const context = { seqOfItem: () => 1, clockOffsetMs: 0 };
const DAY_MS = 24 * 3600 * 1000;
const hashUser = createUserHash("a-secret-for-tests");

function play(id: string, user: string, timeMs = NOW_MS): StoredEvent {
  return { id, type: "play", item: "m1", user, timeMs };
}

function served(user: string, calls: number): KeptRecord {
  return {
    user: hashUser(user),
    minute: MINUTE,
    context: "homepage",
    as: "cluster",
    reason: "over-threshold",
    cluster: "esp",
    country: "ES",
    network: "203.0.113.0/24",
    agent: "tv",
    calls,
  };
}

/** Stores everything that can be stored, for u1, its linked visitor v_a, and another user. */
function setUp(): UserStore & { readonly database: ReturnType<typeof openForTest> } {
  const database = openForTest();
  const servingLog = openServingLog(":memory:");
  const kept = [served("u1", 70_000), served("other", 3), served("v_a", 2)];
  const records = kept.map((record) => ({ ...record, version: 1, slow: 0 }));
  const totals = { calls: 70_005, lost: 0 };
  servingLog.store({ isolate: "i1", sequence: 0, part: 0, parts: 1, totals, records }, NOW_MS);
  insertEvents(database, [play("e1", "v_a"), play("e2", "other")], NOW_MS);
  foldNewEvents(database, context, NOW_MS);
  link(database, "v_a", "u1", NOW_MS);
  insertEvents(database, [play("e3", "u1")], NOW_MS);
  const suspects = ["v_a", "other"].map((user) => ({
    hash: hashUser(user),
    user: null,
    why: null,
    expiresMs: NOW_MS + 1,
  }));
  replaceSuspects(database, suspects, NOW_MS);
  const bad = ["u1", "other"].map((user) => ({ ...play("e4", user), type: "stare" }));
  storeLetters(database, [{ events: bad }, { of: "v_a" }], NOW_MS);
  return { database, servingLog, hashUser };
}

test("an export holds what is stored of the user and of the visitors, and nothing of others", () => {
  const data = readUserData(setUp(), "u1");
  expect(data).toMatchObject({
    links: [{ visitor: "v_a", user: "u1" }],
    profile: { user: "u1" },
    ownProfiles: [{ user: "v_a" }],
    events: [{ id: "e1" }, { id: "e3" }],
    suspects: [{ hash: hashUser("v_a") }],
  });
  expect(data.servingLog.map(({ user, calls }) => [user, calls])).toEqual([
    [hashUser("u1"), 65_535],
    [hashUser("u1"), 4465],
    [hashUser("v_a"), 2],
  ]);
  expect(data.servingLog[0]).toEqual({ ...served("u1", 65_535) });
  expect(data.deadLetters).toHaveLength(2);
});

test("an erasure leaves nothing of the user, and everything of others", () => {
  const store = setUp();
  const others = readUserData(store, "other");
  const counts = { links: 1, profiles: 2, events: 2, suspects: 1, deadLetters: 2, servingLog: 3, sample: 0 };
  expect(eraseUserData(store, "u1", NOW_MS)).toEqual(counts);
  const { database } = store;
  foldNewEvents(database, context, NOW_MS);
  for (const id of ["u1", "v_a"]) {
    expect(readUserData(store, id)).toEqual({
      links: [],
      profile: undefined,
      ownProfiles: [],
      events: [],
      suspects: [],
      deadLetters: [],
      servingLog: [],
      sample: [],
    });
  }
  expect(eraseUserData(store, "u1", NOW_MS)).toEqual(NOTHING);
  const { deadLetters, ...rest } = readUserData(store, "other");
  expect(rest).toEqual({ ...others, deadLetters: undefined });
  expect(deadLetters).toMatchObject([{ reason: expect.stringContaining("events[0].type") }]);
  expect([allLetters(database, false), allSuspects(database)].map(({ length }) => length)).toEqual([1, 1]);
});

test("an erasure voids the viewer states of all ids, for 90 days", () => {
  const { database, ...store } = setUp();
  expect(erasuresDocument(database, NOW_MS)).toBeUndefined();
  eraseUserData({ database, ...store }, "u1", NOW_MS);
  const erased = ["u1", "v_a"].map((id) => [ownerTagOf(hashUser(id)), Math.floor(NOW_MS / 1000)]);
  const byTag = erased.toSorted(([a], [b]) => String(a).localeCompare(String(b)));
  expect(erasuresDocument(database, NOW_MS)).toEqual({ version: 1, erased: byTag });
  eraseUserData({ database, ...store }, "u1", NOW_MS);
  expect(erasuresDocument(database, NOW_MS + 89 * DAY_MS)).toMatchObject({
    version: 2,
    erased: byTag,
  });
  expect(erasuresDocument(database, NOW_MS + 90 * DAY_MS)).toMatchObject({ version: 2, erased: [] });
});

test("what happened before the erasure and comes late is not stored; what happens later begins anew", () => {
  const store = setUp();
  eraseUserData(store, "u1", NOW_MS);
  const late = [play("e5", "u1"), play("e6", "v_a", 5), play("e7", "other", 5)];
  expect(insertEvents(store.database, late, NOW_MS + 9)).toEqual({ inserted: 1, duplicates: 0 });
  insertEvents(store.database, [play("e8", "u1", NOW_MS + 1)], NOW_MS + 9);
  expect(eventsAfter(store.database, 0, 9).map(({ id }) => id)).toEqual(["e2", "e7", "e8"]);
  foldNewEvents(store.database, context, NOW_MS);
  expect(Array.from(iterateProfiles(store.database), ({ user }) => user)).toEqual(["other", "u1"]);
});

/** A UUID of version 7. */
function madeAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8000-0123456789ab`;
}

test("what waited in an outbox is as old as its id, and what has another id as its receipt", () => {
  const { database, ...store } = setUp();
  eraseUserData({ database, ...store }, "u1", NOW_MS);
  const waited = play(madeAt(NOW_MS - 1), "u1", NOW_MS + 9);
  const since = play(madeAt(NOW_MS + 1), "u1", NOW_MS + 9);
  const ofAnotherKind = play("0a1b2c3d-0000-4000-8000-0123456789ab", "u1", NOW_MS + 9);
  const ofAnother = play(madeAt(NOW_MS - 2), "other", NOW_MS + 9);
  insertEvents(database, [waited, since, ofAnotherKind, ofAnother], NOW_MS + 9);
  const stored = eventsAfter(database, 0, 100).map(({ id }) => id);
  expect(stored).not.toContain(waited.id);
  expect(stored).toEqual(expect.arrayContaining([since.id, ofAnotherKind.id, ofAnother.id]));
});

test("an erasure that fails erases nothing", () => {
  const store = setUp();
  store.database.sqlite.exec(
    "CREATE TRIGGER t BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'disk'); END",
  );
  expect(() => eraseUserData(store, "u1", NOW_MS)).toThrow("disk");
  expect(readUserData(store, "u1")).toMatchObject({
    links: [{}],
    events: [{}, {}],
    servingLog: [{}, {}, {}],
  });
});
