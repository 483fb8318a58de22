import { expect, test } from "vitest";
import { allLetters, letterById, updateLetter } from "@spillway/store/events/dead-letters.ts";
import type { DeadLetter } from "@spillway/store/operators/letter-store.ts";
import { eventsAfter } from "@spillway/store/events/events.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { replayLetter, storeLetters } from "./store-letters.ts";

function event(id: string, type = "play"): object {
  return { id, type, item: "m1", user: "u1", timeMs: Date.UTC(2026, 6, 10) };
}

function setUp() {
  const database = openForTest();
  storeLetters(database, [{ events: [event("a", "stare")] }], 5);
  const letter = (): DeadLetter => {
    const [only] = allLetters(database, false);
    if (only === undefined) throw new Error("no letter is stored");
    return only;
  };
  /** Changes the letter to what a later release with more event types would accept. */
  const amend = (...events: readonly object[]): void =>
    updateLetter(database, letter().id, { body: JSON.stringify({ events }) });
  return { database, letter, amend };
}

test("replays events that are valid now, and marks the letter when none is left", () => {
  const { database, letter, amend } = setUp();
  amend(event("a"), event("b"));
  expect(replayLetter(database, letter(), 9)).toMatchObject({
    inserted: 2,
    duplicates: 0,
    reason: undefined,
  });
  expect(eventsAfter(database, 0, 9).map(({ id }) => id)).toEqual(["a", "b"]);
  expect(letter()).toMatchObject({ replayedMs: 9, body: '{"events":[]}' });
  expect(allLetters(database, true)).toEqual([]);
});

test("keeps what is still bad, and says why", () => {
  const { database, letter, amend } = setUp();
  amend(event("a", "gaze"));
  expect(replayLetter(database, letter(), 9)).toMatchObject({
    inserted: 0,
    reason: expect.stringMatching(/^events\[0\]\.type: /),
  });
  expect(letter()).toMatchObject({
    replayedMs: null,
    body: JSON.stringify({ events: [event("a", "gaze")] }),
  });
});

test("keeps each bad event once, whatever it comes with", () => {
  const database = openForTest();
  const [a, b, c] = [event("a", "stare"), event("b", "stare"), 7];
  expect(storeLetters(database, [{ events: [a, event("x"), b] }], 5)).toMatchObject({ inserted: 1, kept: 2 });
  expect(storeLetters(database, [{ events: [b, a] }, { events: [c] }], 6)).toMatchObject({ kept: 1 });
  expect(storeLetters(database, [{ events: [a] }, { events: [a, c] }], 7)).toMatchObject({ kept: 0 });
  expect(allLetters(database, true).map(({ body }) => JSON.parse(body))).toEqual(
    expect.arrayContaining([a, b, c].map((one) => ({ events: [one] }))),
  );
});

test("counts once what was stored otherwise meanwhile", () => {
  const { database, letter, amend } = setUp();
  storeLetters(database, [{ events: [event("a")] }], 6);
  amend(event("a"));
  expect(replayLetter(database, letter(), 9)).toMatchObject({ inserted: 0, duplicates: 1 });
});

test("stores neither events nor the mark when the transaction fails", () => {
  const { database, letter, amend } = setUp();
  amend(event("a"));
  database.sqlite.exec(
    "CREATE TRIGGER t BEFORE UPDATE ON dead_letters BEGIN SELECT RAISE(ABORT, 'full'); END",
  );
  expect(() => replayLetter(database, letter(), 9)).toThrow("full");
  expect([eventsAfter(database, 0, 9), letterById(database, letter().id)?.replayedMs]).toEqual([[], null]);
});
