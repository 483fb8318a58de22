import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../database.ts";
import { makeDataFolderPrivate } from "./private-files.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "spillway-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function modeOf(...path: string[]): string {
  return (statSync(join(...path)).mode & 0o7777).toString(8);
}

test("a database and its journal are the owner's alone, in a folder that is", () => {
  const folder = join(temporaryFolder(), "a", "b");
  const database = openDatabase(join(folder, "spillway.db"));
  onTestFinished(() => database.close());
  database.sqlite.exec("CREATE TABLE t (a)");
  for (const name of ["spillway.db", "spillway.db-wal", "spillway.db-shm"])
    expect([name, modeOf(folder, name)]).toEqual([name, "600"]);
  expect([modeOf(folder), modeOf(folder, "..")]).toEqual(["700", "700"]);
});

test("an older release's data folder is closed to others, and what is not ours in it stays", () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "edge", "v3", "kv"), { recursive: true });
  chmodSync(join(folder, "edge"), 0o755);
  const files = ["spillway.db", "spillway.db-wal", "serving-log.db", "edge/v3/kv/blob", "mine.txt"];
  for (const name of files) {
    writeFileSync(join(folder, name), "");
    chmodSync(join(folder, name), 0o644);
  }
  const elsewhere = join(temporaryFolder(), "elsewhere");
  writeFileSync(elsewhere, "");
  chmodSync(elsewhere, 0o644);
  symlinkSync(elsewhere, join(folder, "edge", "link"));
  makeDataFolderPrivate(folder);
  expect(files.map((name) => modeOf(folder, name))).toEqual(["600", "600", "600", "600", "644"]);
  expect([modeOf(folder), modeOf(folder, "edge"), modeOf(elsewhere)]).toEqual(["700", "700", "644"]);
});

test("a folder of everybody's stays open", () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o1777);
  makeDataFolderPrivate(folder);
  expect(modeOf(folder)).toBe("1777");
});
