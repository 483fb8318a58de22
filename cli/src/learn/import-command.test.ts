import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runCommand, type CommandRun } from "../../test/run-command.ts";

function setUp() {
  const folder = dirname(temporaryPath());
  return {
    folder,
    file: (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    run: (...args: string[]): Promise<CommandRun> =>
      runCommand(["import", ...args], { SPILLWAY_DATA: folder }),
  };
}

test("imports and says what it did", async () => {
  const { folder, file, run } = setUp();
  const items = file("items.csv", "id,title,rating\na,Alpha,5\n");
  const interactions = file("interactions.csv", "user,item\nu,a\nu,a\n");
  const done = await run("--items", items, "--interactions", interactions);
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain("Imported 1 items (1 new or changed), 1 interactions of 1 users; 1 repeated");
  expect(done.stdout).toContain("note: items.csv: columns that Spillway does not know were ignored: rating");
  expect(done.stderr).toBe("items …\ninteractions …\nwriting …\n");
  expect(allItems(openForTest(join(folder, "spillway.db")))).toHaveLength(1);
});

test("prints JSON and nothing else when it is asked to", async () => {
  const { file, run } = setUp();
  const done = await run("--items", file("items.csv", "id,title\na,Alpha\n"), "--json");
  expect(JSON.parse(done.stdout)).toMatchObject({ ok: true, items: 1, users: 0 });
  expect(done.stderr).toBe("");
});

test("names each bad row and ends with 1", async () => {
  const { folder, file, run } = setUp();
  const rows = Array.from({ length: 25 }, () => "x,").join("\n");
  const done = await run("--items", file("items.csv", `id,title\na,Alpha\n${rows}\n`));
  expect(done.code).toBe(1);
  expect(done.stderr).toContain("items.csv:3: title: is missing\n");
  expect(done.stderr).toContain("… and 5 more.\n25 bad rows; nothing was imported.");
  expect(allItems(openForTest(join(folder, "spillway.db")))).toEqual([]);
});

test.each([
  ["no file", [], "name a file"],
  ["a file that is not there", ["--items", "absent.csv"], "there is no file absent.csv"],
  ["a file of another kind", ["--items", "package.json"], "must end in .csv or .jsonl"],
  ["an unknown option", ["--skip-bad-rows"], "unknown option"],
])("ends with 2 for %s", async (_, args, message) => {
  const done = await setUp().run(...args);
  expect(done.code).toBe(2);
  expect(done.stderr).toContain(message);
});
