import { expect, test } from "vitest";
import { openForTest } from "../../test/test-database.ts";
import type { Database } from "../database.ts";
import { putFoldCursor } from "../state.ts";
import { putEngagementCursor } from "./engagement.ts";
import { eventsAfter, insertEvents, lastEventSeq } from "./events.ts";
import { pruneEvents } from "./retention.ts";

const DAY_MS = 24 * 3600 * 1000;
const NOW_MS = 20_000 * DAY_MS;

function arrive(database: Database, ids: readonly string[], receivedMs: number): number {
  const events = ids.map((id) => ({
    id,
    type: "play" as const,
    item: "i1",
    user: "u1",
    timeMs: receivedMs,
  }));
  return insertEvents(database, events, receivedMs).inserted;
}

function settle(database: Database, fold: number, engagement = fold): void {
  putFoldCursor(database, fold, NOW_MS);
  putEngagementCursor(database, engagement, NOW_MS);
}

function left(database: Database): string[] {
  return eventsAfter(database, 0, 1e6).map(({ id }) => id);
}

test("events go when they are old, folded and counted, and not before", () => {
  const database = openForTest();
  arrive(database, ["a", "b", "c"], NOW_MS - 30 * DAY_MS);
  arrive(database, ["d"], NOW_MS - 2 * DAY_MS);
  expect(pruneEvents(database, 7, NOW_MS)).toBe(0);
  settle(database, 4, 2);
  expect(pruneEvents(database, 7, NOW_MS)).toBe(2);
  expect(left(database)).toEqual(["c", "d"]);
  settle(database, 2, 4);
  expect(pruneEvents(database, 7, NOW_MS)).toBe(0);
  settle(database, 4);
  expect(pruneEvents(database, 7, NOW_MS)).toBe(1);
  expect(pruneEvents(database, 7, NOW_MS)).toBe(0);
  expect(left(database)).toEqual(["d"]);
});

test("an event that arrives again after it was pruned does not count again", () => {
  const database = openForTest();
  const ids = Array.from({ length: 5000 }, (_, at) => `e${at}`);
  arrive(database, ids, NOW_MS - 30 * DAY_MS);
  settle(database, ids.length);
  expect(pruneEvents(database, 7, NOW_MS)).toBe(5000);
  expect(left(database)).toEqual([]);
  expect(arrive(database, [...ids, "new"], NOW_MS)).toBe(1);
  expect(left(database)).toEqual(["new"]);
  // No cursor misses it.
  expect(lastEventSeq(database)).toBe(5001);
});

test("deletes in short batches, and goes on with the next cycle when the time is up", () => {
  const database = openForTest();
  arrive(
    database,
    Array.from({ length: 4500 }, (_, at) => `e${at}`),
    NOW_MS - 30 * DAY_MS,
  );
  settle(database, 4500);
  expect(pruneEvents(database, 7, NOW_MS, () => false)).toBe(2000);
  expect(pruneEvents(database, 7, NOW_MS)).toBe(2500);
});

test("what was pruned long ago is forgotten", () => {
  const database = openForTest();
  arrive(database, ["a"], NOW_MS);
  settle(database, 1);
  pruneEvents(database, 7, NOW_MS + 8 * DAY_MS);
  expect(arrive(database, ["a"], NOW_MS + 300 * DAY_MS)).toBe(0);
  pruneEvents(database, 7, NOW_MS + 410 * DAY_MS);
  expect(arrive(database, ["a"], NOW_MS + 410 * DAY_MS)).toBe(1);
});
