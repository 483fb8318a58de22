import { dirname } from "node:path";
import { expect, test } from "vitest";
import { storeLetters } from "@spillway/origin/dead-letters/store-letters.ts";
import { allLetters, updateLetter } from "@spillway/store/events/dead-letters.ts";
import { eventsAfter } from "@spillway/store/events/events.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import type { CommandRun } from "../../test/run-command.ts";
import { runHere } from "../../test/run-here.ts";

function setUp() {
  const path = temporaryPath();
  const database = openForTest(path);
  const bad = { id: "a", type: "stare", item: "m1", user: "u1", timeMs: Date.UTC(2026, 6, 10) };
  storeLetters(database, [{ events: [bad] }], Date.UTC(2026, 10, 23));
  storeLetters(database, ["junk"], Date.UTC(2026, 10, 24));
  const [first = "", second = ""] = allLetters(database, true).map(({ id }) => id);
  const run = (...args: string[]): Promise<CommandRun> =>
    runHere(["dead-letters", ...args], { SPILLWAY_DATA: dirname(path) });
  return { database, bad, first, second, run };
}

test("lists and shows letters, for people and as JSON", async () => {
  const { bad, first, second, run } = setUp();
  const [list, json, show] = await Promise.all([
    run("list"),
    run("list", "--json"),
    run("show", second, "--json"),
  ]);
  expect(list.stdout).toMatch(new RegExp(`^${first}  2026-11-23.*events\\[0\\]\\.type: `));
  expect(JSON.parse(json.stdout)).toMatchObject([
    { id: first, replayedAt: null, body: { events: [bad] } },
    { id: second },
  ]);
  expect(JSON.parse(show.stdout)).toMatchObject({ body: "junk", reason: "is no batch of events" });
});

test("replays what is good now, drops the rest, and says with its exit code that something was left", async () => {
  const { database, bad, first, second, run } = setUp();
  updateLetter(database, first, { body: JSON.stringify({ events: [{ ...bad, type: "play" }] }) });
  const replayed = await run("replay", "--json");
  expect(replayed.code).toBe(1);
  expect(JSON.parse(replayed.stdout)).toEqual([
    { id: first, inserted: 1, duplicates: 0 },
    { id: second, inserted: 0, duplicates: 0, reason: "is no batch of events" },
  ]);
  expect(eventsAfter(database, 0, 9)).toHaveLength(1);
  expect(await run("drop", second)).toMatchObject({ code: 0, stdout: "Dropped 1.\n" });
  expect(allLetters(database, false).map(({ id }) => id)).toEqual([first]);
});

test.each([
  [["drop", "--all", "x"], 2, "--all"],
  [["replay", "x"], 1, "no dead letter x"],
])("ends %j with exit code %i", async (args, code, message) => {
  const done = await setUp().run(...args);
  expect(done).toMatchObject({ code, stderr: expect.stringContaining(message) });
});
