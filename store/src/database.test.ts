import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataVersion, isStorageBusy, openDatabase, transact } from "./database.ts";
import { putDocument, getDocument } from "./documents.ts";
import { openForTest, temporaryPath } from "../test/test-database.ts";

test("a new file is migrated and in WAL mode", () => {
  const { sqlite } = openForTest();
  expect(sqlite.pragma("journal_mode", { simple: true })).toBe("wal");
  const tables = sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  expect(tables).toEqual(expect.arrayContaining(["items", "items_fts", "events", "profiles", "leases"]));
});

test("the serving connection syncs every commit to disk", () => {
  expect(
    openForTest(temporaryPath(), { durability: "full" }).sqlite.pragma("synchronous", { simple: true }),
  ).toBe(2);
});

test("opening again keeps the data", () => {
  const path = temporaryPath();
  const first = openDatabase(path);
  putDocument(first, "pins", ["kept"], 1);
  first.close();
  expect(getDocument(openForTest(path), "pins", (value) => value)?.value).toEqual(["kept"]);
});

test("several processes may open a new file at once", async () => {
  const path = temporaryPath();
  const script = `
    import { openDatabase } from ${JSON.stringify(new URL("database.ts", import.meta.url).href)};
    const database = openDatabase(${JSON.stringify(path)});
    process.stdout.write(String(database.sqlite.prepare("SELECT count(*) FROM __drizzle_migrations").pluck().get()));`;
  const outputs = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      await once(child, "close");
      return output;
    }),
  );
  // Each migration was applied once, by whichever process.
  const { entries } = JSON.parse(
    readFileSync(new URL("../../migrations/meta/_journal.json", import.meta.url), "utf8"),
  ) as { entries: unknown[] };
  expect(outputs).toEqual(Array.from({ length: 4 }, () => String(entries.length)));
});

test("a reader cannot write and does not create the file", () => {
  const path = temporaryPath();
  expect(() => openDatabase(path, { readonly: true })).toThrow(`cannot open the database ${path}`);
  openForTest(path);
  const reader = openForTest(path, { readonly: true });
  expect(() => putDocument(reader, "pins", [], 1)).toThrow(/readonly/);
});

test("a file that is no database is named in the error", () => {
  const path = temporaryPath();
  writeFileSync(path, "this is not a database, however long it may be ".repeat(50));
  expect(() => openDatabase(path)).toThrow(`cannot open the database ${path}: file is not a database`);
});

test("a newer version's file is refused", () => {
  const path = temporaryPath();
  openForTest(path)
    .sqlite.prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9e15)")
    .run();
  expect(() => openDatabase(path)).toThrow("written by a newer version of Spillway");
});

test("a write waits for the busy timeout and then says that the storage is busy", () => {
  const path = temporaryPath();
  const holder = openForTest(path);
  const waiting = openForTest(path);
  waiting.sqlite.pragma("busy_timeout = 50");
  transact(holder, () => {
    let failure: unknown;
    try {
      putDocument(waiting, "pins", [], 1);
    } catch (error) {
      failure = error;
    }
    expect(isStorageBusy(failure)).toBe(true);
  });
  expect(putDocument(waiting, "pins", [], 1)).toBe(1);
});

test("the data version changes with commits of other connections only", () => {
  const path = temporaryPath();
  const own = openForTest(path);
  const other = openForTest(path);
  const before = dataVersion(own.sqlite);
  putDocument(own, "pins", [], 1);
  expect(dataVersion(own.sqlite)).toBe(before);
  putDocument(other, "pins", [], 2);
  expect(dataVersion(own.sqlite)).not.toBe(before);
});

test("a transaction that throws leaves nothing behind", () => {
  const database = openForTest();
  const failing = (): void =>
    transact(database, () => {
      putDocument(database, "pins", [], 1);
      throw new Error("halfway");
    });
  expect(failing).toThrow("halfway");
  expect(getDocument(database, "pins", (value) => value)).toBeUndefined();
});
