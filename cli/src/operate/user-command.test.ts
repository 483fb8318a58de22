import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { link } from "@spillway/origin/identity/identify.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runHere } from "../../test/run-here.ts";

const USER = "u1'; DROP TABLE events; -- 🙈";
const VISITOR = "v_0a1b2c3d-0000-4000-8000-0123456789ab";
const NOW_MS = 1_800_000_000_000;

function setUp() {
  const path = temporaryPath();
  const database = openForTest(path);
  insertEvents(database, [{ id: "e1", type: "play", item: "m1", user: VISITOR, timeMs: NOW_MS }], NOW_MS);
  link(database, VISITOR, USER, NOW_MS);
  const environment = {
    SPILLWAY_DATA: dirname(path),
    EDGE_TOKEN: "edge-token-0123456789",
    ADMIN_TOKEN: "admin-token-0123456789",
  };
  return {
    run: (...args: string[]) => runHere(["user", ...args], environment),
    // grep runs in another process, because closing a database file here would release the locks of this
    // process.
    filesWith: (text: string) =>
      spawnSync("grep", ["-rlaF", "--", text, dirname(path)], { encoding: "utf8" }).stdout,
  };
}

test("exports, erases, and then knows nothing", async () => {
  const { run, filesWith } = setUp();
  const exported = await run("export", USER, "--json");
  expect(JSON.parse(exported.stdout)).toMatchObject({
    user: USER,
    links: [{ visitor: VISITOR, linked: "2027-01-15T08:00:00.000Z" }],
    events: [{ id: "e1", user: VISITOR, time: "2027-01-15T08:00:00.000Z" }],
    servingLog: [],
    sample: [],
  });
  expect(filesWith(VISITOR)).not.toBe("");
  const erased = await run("erase", USER, "--json");
  expect([erased.code, JSON.parse(erased.stdout)]).toEqual([
    0,
    { user: USER, links: 1, profiles: 0, events: 1, suspects: 0, deadLetters: 0, servingLog: 0, sample: 0 },
  ]);
  expect([filesWith(VISITOR), filesWith(USER)]).toEqual(["", ""]);
  const again = await run("export", USER);
  expect([again.code, again.stdout]).toEqual([1, ""]);
  expect(again.stderr).toContain("Nothing is stored about");
});

test("refuses what is no id, and a visitor who is somebody", async () => {
  const { run } = setUp();
  const bad = await run("export", "x".repeat(10_000));
  expect([bad.code, bad.stdout]).toEqual([2, ""]);
  expect(bad.stderr).toContain("characters");
  const visitor = await run("erase", VISITOR);
  expect([visitor.code, visitor.stderr]).toEqual([2, expect.stringContaining("name the user")]);
});
