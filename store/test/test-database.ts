/** For tests: a real SQLite file in a folder of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openDatabase, type Database, type OpenOptions } from "../src/database.ts";

/** Path of a database that does not exist yet; its folder goes when the test ends. */
export function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "spillway-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "spillway.db");
}

/** A connection that closes when the test ends. */
export function openForTest(path: string = temporaryPath(), options: OpenOptions = {}): Database {
  const database = openDatabase(path, { durability: "normal", ...options });
  onTestFinished(() => database.close());
  return database;
}
