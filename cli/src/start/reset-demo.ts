/** `start --demo`: the data folder's contents are moved aside, so that the demo is seeded anew. Nothing is deleted. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@spillway/store/database.ts";

/** What origin and edge have stored. A log file of SQLite's goes before its database: the two belong together. */
const STORED = [
  "spillway.db-wal",
  "spillway.db-shm",
  "spillway.db",
  "serving-log.db-wal",
  "serving-log.db-shm",
  "serving-log.db",
  "edge",
] as const;

/** The folder that everything was moved to; undefined when there was nothing. Only while nothing runs on this data. */
export function moveDataAside(dataDirectory: string, nowMs: number): string | undefined {
  const found = STORED.filter((name) => existsSync(join(dataDirectory, name)));
  if (found.length === 0) return undefined;
  closeCleanly(join(dataDirectory, "spillway.db"));
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-");
  const aside = join(dataDirectory, `before-demo-${stamp}`);
  mkdirSync(aside, { recursive: true });
  for (const name of found) {
    const from = join(dataDirectory, name);
    if (existsSync(from)) renameSync(from, join(aside, name));
  }
  return aside;
}

/** Closing moves the write-ahead log into the database, so that one file holds all. */
function closeCleanly(path: string): void {
  try {
    if (existsSync(path)) openDatabase(path).close();
  } catch {
    // A damaged database is moved as it is: getting rid of it may be what `--demo` is called for.
  }
}
