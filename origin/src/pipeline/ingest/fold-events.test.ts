import { expect, test } from "vitest";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { unpackHistory } from "@spillway/model/profile/history.ts";
import type { Database } from "@spillway/store/database.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { profileOf } from "@spillway/store/profiles/profiles.ts";
import { foldCursor } from "@spillway/store/state.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { foldNewEvents } from "./fold-events.ts";

const CONTEXT = { seqOfItem: (id: string) => (id === "unknown" ? undefined : Number(id)), clockOffsetMs: 0 };
const HOUR_MS = 3_600_000;

function play(id: string, item: string, more: Partial<StoredEvent> = {}): StoredEvent {
  return { id, type: "play", item, user: "u1", timeMs: HOUR_MS, ...more };
}

function plays(database: Database, user: string): (readonly [item: number, weight: number])[] {
  const packed = profileOf(database, user)?.history ?? new Uint8Array();
  return unpackHistory(packed).map(({ item, weight }) => [item, Math.round(weight * 100) / 100]);
}

test("folds each user's events once, with each event's signals", () => {
  const database = openForTest();
  const spain = { ...NO_SIGNALS, team: "ESP" };
  insertEvents(
    database,
    [
      play("a", "1", { signals: { ...NO_SIGNALS, team: "BEL" } }),
      play("b", "2", { type: "impression", timeMs: 2 * HOUR_MS, signals: spain }),
      play("c", "3", { type: "progress", progress: 0.6, user: "u2", signals: spain }),
      play("d", "unknown", { user: "u2" }),
    ],
    1,
  );
  expect([foldNewEvents(database, CONTEXT, 2), foldCursor(database)]).toEqual([4, 4]);
  insertEvents(database, [play("a", "9"), play("e", "4", { timeMs: 0 })], 3);
  expect([foldNewEvents(database, CONTEXT, 4), foldNewEvents(database, CONTEXT, 5)]).toEqual([1, 0]);
  expect([plays(database, "u1"), plays(database, "u2")]).toEqual([
    [
      [1, 1],
      [4, 1],
    ],
    [[3, 0.6]],
  ]);
  expect(profileOf(database, "u1")).toMatchObject({
    visits: 2,
    signals: JSON.stringify(spain),
    updatedMs: 2 * HOUR_MS,
  });
});

test("moves the cursor with the profiles or not at all", () => {
  const database = openForTest();
  insertEvents(database, [play("a", "1")], 1);
  database.sqlite.exec(
    "CREATE TRIGGER t BEFORE INSERT ON profiles BEGIN SELECT RAISE(ABORT, 'disk full'); END",
  );
  expect(() => foldNewEvents(database, CONTEXT, 2)).toThrow("disk full");
  expect([foldCursor(database), plays(database, "u1")]).toEqual([0, []]);
  database.sqlite.exec("DROP TRIGGER t");
  expect(foldNewEvents(database, CONTEXT, 2)).toBe(1);
  expect(plays(database, "u1")).toEqual([[1, 1]]);
});

test.each([-8.6e15, 0, 4_102_444_800_000])("folds an event whose time is %s as any other", (timeMs) => {
  const database = openForTest();
  insertEvents(database, [play("a", "1", { timeMs }), play("b", "2")], 1);
  expect(foldNewEvents(database, CONTEXT, 2)).toBe(2);
  expect(new Map(plays(database, "u1"))).toEqual(
    new Map([
      [1, 1],
      [2, 1],
    ]),
  );
});

test("folds whatever has come since, however many batches that is", () => {
  const database = openForTest();
  const events = Array.from({ length: 5001 }, (_, at) => play(`e${at}`, String(1 + (at % 7))));
  insertEvents(database, events, 1);
  expect([foldNewEvents(database, CONTEXT, 2), foldCursor(database)]).toEqual([5001, 5001]);
});
