/** Opens the origin's SQLite file: WAL, migrated, safe to open from several processes at once. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { drizzle, type BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { migrate } from "./migrate.ts";
import * as schema from "./schema.ts";

export type Database = {
  readonly db: BetterSQLite3Database<typeof schema>;
  readonly sqlite: Sqlite.Database;
  readonly close: () => void;
};

export type OpenOptions = {
  /** The file must exist; it is neither migrated nor written. */
  readonly readonly?: boolean;
  /**
   * `full` (default): a commit survives a power cut, which "202 once stored durably" needs. `normal`: it survives the
   * process, and a power cut may undo the newest commits; enough for what can be computed again.
   */
  readonly durability?: "full" | "normal";
};

/** How long a statement waits for another process's write before it fails with SQLITE_BUSY. */
export const BUSY_TIMEOUT_MS = 5000;

/**
 * 128 MB. A cycle writes tens of megabytes of pages, and checkpoints when it has: at SQLite's 1,000 pages every third of its
 * transactions would, and half of the time of an urgent refresh be spent waiting for the disk.
 */
const WAL_PAGES = 32_768;

const WAL_ATTEMPTS = 200;
const WAL_PAUSE_MS = 25;

/** Throws an error that names `path` when it cannot be opened, is no database, or is a newer Spillway's. */
export function openDatabase(path: string, options: OpenOptions = {}): Database {
  const { readonly = false, durability = "full" } = options;
  let sqlite: Sqlite.Database | undefined;
  try {
    if (!readonly && path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    sqlite = new Sqlite(path, { readonly, timeout: BUSY_TIMEOUT_MS });
    sqlite.pragma("foreign_keys = ON");
    if (!readonly) {
      enterWal(sqlite);
      sqlite.pragma(`synchronous = ${durability.toUpperCase()}`);
      sqlite.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
      migrate(sqlite);
    }
    const opened = sqlite;
    return { db: drizzle({ client: opened, schema }), sqlite: opened, close: () => opened.close() };
  } catch (error) {
    sqlite?.close();
    const reason = reasonOf(error);
    throw new Error(`cannot open the database ${path}: ${reason}`, { cause: error });
  }
}

/**
 * Runs `work` in one transaction that takes the write lock at once: a deferred one that reads first fails without
 * waiting when another process has written meanwhile (SQLITE_BUSY_SNAPSHOT). Nested calls become savepoints.
 */
export function transact<Result>(database: Database, work: () => Result): Result {
  return database.sqlite.transaction(work).immediate();
}

/** Moves what the write-ahead log holds into the database, as far as no reader needs it there. */
export function checkpoint({ sqlite }: Database): void {
  sqlite.pragma("wal_checkpoint(PASSIVE)");
}

/** Changes whenever another connection has committed, and only then: a cheap "is there anything new". */
export function dataVersion(sqlite: Sqlite.Database): number {
  return Number(sqlite.pragma("data_version", { simple: true }));
}

/** The busy timeout does not cover the change of journal mode (the lock is upgraded), so two first openings may collide. */
function enterWal(sqlite: Sqlite.Database): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      sqlite.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!isStorageBusy(error) || attempt === WAL_ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_PAUSE_MS);
    }
  }
}

export function isStorageBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

/** The disk is full or failing, or the file is locked: worth another try later, and no fault of the request. */
export function isStorageUnavailable(error: unknown): boolean {
  return (
    isStorageBusy(error) || (error instanceof Sqlite.SqliteError && /^SQLITE_(FULL|IOERR)/.test(error.code))
  );
}
