import { readFileSync, writeFileSync } from "node:fs";
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
  expect(done.stdout).toContain("Imported 1 item (1 new or changed), 1 interaction of 1 user; 1 repeated");
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

test("with --skip-bad imports the good rows, lists the bad ones, and writes all of them", async () => {
  const { folder, file, run } = setUp();
  const bad = Array.from({ length: 25 }, () => "x,").join("\n");
  const items = file("items.csv", `id,title\na,Alpha\n${bad}\nb,Beta\n`);
  const interactions = file("i.csv", "user,item,time\nu,a,\nu,x,\nu,b,yesterday\nv,b,\n");
  const report = join(folder, "bad.jsonl");
  const done = await run(
    "--items",
    items,
    "--interactions",
    interactions,
    "--skip-bad",
    "--bad-rows",
    report,
  );
  expect(done.code).toBe(0);
  expect(done.stdout).toContain("Imported 2 items (2 new or changed), 2 interactions of 2 users.");
  expect(done.stderr).toContain("items.csv:3: title: is missing\n");
  expect(done.stderr).toContain("… and 7 more.\n27 bad rows; all others count.");
  const rows = readFileSync(report, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(rows).toHaveLength(27);
  expect(rows.at(-2)).toEqual({
    file: "i.csv",
    line: 3,
    reason: 'item: no item "x" in the items file or the catalogue',
  });
  expect(allItems(openForTest(join(folder, "spillway.db"))).map(({ item }) => item.id)).toEqual(["a", "b"]);
});

test.each([
  ["a file without its columns", "id,name\na,Alpha\n", "the header row has no column title"],
  ["an empty file", "", "the file is empty"],
  ["a file without a good row", "id,title\na,\n", "title: is missing"],
  ["a file that breaks off", "id,title\na,Alpha\nb,\u{fffd}", "cannot be read on"],
])("--skip-bad imports nothing of %s", async (_, text, message) => {
  const { folder, file, run } = setUp();
  const path = file("items.csv", "");
  // U+FFFD stands for a byte that is not UTF-8.
  writeFileSync(path, Buffer.from(text.replace("\u{fffd}", "\u{ff}"), "latin1"));
  const done = await run("--items", path, "--skip-bad");
  expect(done.code).toBe(1);
  expect(done.stderr).toContain(message);
  expect(done.stderr).toContain("nothing was imported.");
  expect(allItems(openForTest(join(folder, "spillway.db")))).toEqual([]);
});

test.each([
  ["no file", [], "name a file"],
  ["a file that is not there", ["--items", "absent.csv"], "there is no file absent.csv"],
  ["a file of another kind", ["--items", "package.json"], "must end in .csv or .jsonl"],
  [
    "a report that cannot be written",
    ["--items", "package.json", "--bad-rows", "absent/x"],
    "--bad-rows absent/x",
  ],
  ["an unknown option", ["--skip-bad-rows"], "unknown option"],
])("ends with 2 for %s", async (_, args, message) => {
  const done = await setUp().run(...args);
  expect(done.code).toBe(2);
  expect(done.stderr).toContain(message);
});
