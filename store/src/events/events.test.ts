import { expect, test } from "vitest";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { eventsAfter, eventsOfUserAfter, insertEvents, lastEventSeq } from "./events.ts";
import { openForTest } from "../../test/test-database.ts";

function play(id: string, user = "u1"): StoredEvent {
  return { id, type: "play", item: "m1", user, timeMs: 1000 };
}

const full: StoredEvent = {
  ...play("full", "ü✓"),
  servedAs: "cluster",
  cluster: "esp.social",
  generation: 7,
  context: "homepage",
  carousel: "live",
  position: 0,
  progress: 0.5,
  signals: { ...NO_SIGNALS, team: "ESP" },
};

test("an event comes back as it was stored", () => {
  const database = openForTest();
  insertEvents(database, [full], 2000);
  expect(eventsAfter(database, 0, 10)).toEqual([{ ...full, seq: 1, receivedMs: 2000 }]);
});

test("the same id counts once, within a batch and across batches", () => {
  const database = openForTest();
  expect(insertEvents(database, [play("a"), play("b"), play("a")], 1)).toEqual({
    inserted: 2,
    duplicates: 1,
  });
  expect(insertEvents(database, [play("b"), play("c")], 2)).toEqual({ inserted: 1, duplicates: 1 });
  expect(eventsAfter(database, 0, 10).map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(lastEventSeq(database)).toBe(3);
});

test("a batch that fails halfway stores nothing", () => {
  const database = openForTest();
  const broken = { ...play("b"), user: null } as unknown as StoredEvent;
  expect(() => insertEvents(database, [play("a"), broken], 1)).toThrow(/NOT NULL/);
  expect(lastEventSeq(database)).toBe(0);
});

test("a reader with a cursor sees each event once, in the order of arrival", () => {
  const database = openForTest();
  insertEvents(database, [play("a"), play("b", "u2"), play("c")], 1);
  const first = eventsAfter(database, 0, 2);
  expect(first.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(eventsAfter(database, first.at(-1)?.seq ?? 0, 2).map(({ id }) => id)).toEqual(["c"]);
  expect(eventsOfUserAfter(database, "u1", 1).map(({ id }) => id)).toEqual(["c"]);
  expect(lastEventSeq(database)).toBe(3);
});
