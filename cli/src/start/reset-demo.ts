/** `start --demo` moves the stored data aside, so that the demo is seeded again. Nothing is deleted. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@spillway/store/database.ts";
import { takeFolder } from "@spillway/store/folder/folder-lock.ts";
import { BusyError } from "@spillway/store/holders.ts";

/** The files of origin and edge. A write-ahead log is moved before its database, to which it belongs. */
const STORED = [
  "spillway.db-wal",
  "spillway.db-shm",
  "spillway.db",
  "serving-log.db-wal",
  "serving-log.db-shm",
  "serving-log.db",
  "edge",
] as const;

/**
 * Returns the folder with the moved data, or undefined without data. The caller must hold the folder's lock.
 */
export function moveDataAside(dataDirectory: string, nowMs: number): string | undefined {
  const found = STORED.filter((name) => existsSync(join(dataDirectory, name)));
  if (found.length === 0) return undefined;
  closeCleanly(join(dataDirectory, "spillway.db"));
  using alone = takeFolder(dataDirectory);
  if (alone === undefined) {
    throw new BusyError(
      `the data folder ${dataDirectory} is in use by another process of Spillway: end it first`,
    );
  }
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-");
  const aside = join(dataDirectory, `before-demo-${stamp}`);
  mkdirSync(aside, { recursive: true });
  for (const name of found) {
    const from = join(dataDirectory, name);
    if (existsSync(from)) renameSync(from, join(aside, name));
  }
  return aside;
}

/** Closing the database merges its write-ahead log into it, so that one file has everything. */
function closeCleanly(path: string): void {
  try {
    if (existsSync(path)) openDatabase(path).close();
  } catch {
    // A damaged database is moved as it is, because it may be the reason for `--demo`.
  }
}
