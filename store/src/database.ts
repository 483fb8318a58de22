/** Opens the origin's SQLite file in WAL mode and migrates it. Several processes may open it at once. */
import { statSync } from "node:fs";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { drizzle, type BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { indexedParts, indexedText } from "./catalogue/search-text.ts";
import { ensureFolder } from "./ensure-folder.ts";
import { createPrivateFile } from "./folder/private-files.ts";
import { shareFolder, type FolderLock } from "./folder/folder-lock.ts";
import { migrate } from "./migrate.ts";
import * as schema from "./schema.ts";

export type Database = {
  readonly db: BetterSQLite3Database<typeof schema>;
  readonly sqlite: Sqlite.Database;
  readonly close: () => void;
};

export type OpenOptions = {
  /** When it is true, the file must exist, and is neither migrated nor written. */
  readonly readonly?: boolean;
  /**
   * With `full`, the default, a commit survives a power cut: the answer 202 to events promises that. With
   * `normal` it survives the end of the process, but a power cut may undo the newest commits: enough for what
   * can be computed again.
   */
  readonly durability?: "full" | "normal";
  /** How long a statement waits for another process's write before it fails with SQLITE_BUSY. */
  readonly busyTimeoutMs?: number;
};

export const BUSY_TIMEOUT_MS = 5000;

/** For processes that run cycles: they may wait for an import, and nobody waits for them. */
export const PATIENT_BUSY_TIMEOUT_MS = 60_000;

/**
 * 128 MB. A cycle writes tens of megabytes of pages, and checkpoints once at its end. With SQLite's default
 * of 1,000 pages, every third transaction would checkpoint, and an urgent refresh would wait for the disk
 * half of its time.
 */
const WAL_PAGES = 32_768;

/**
 * Looked through when the origin starts: a quarter of a second or so. A larger file shows its damage when it
 * is read.
 */
const MAX_CHECKED_BYTES = 256 * 1024 * 1024;

const WAL_ATTEMPTS = 200;
const WAL_PAUSE_MS = 25;

/** A file that can't be worked with; the message names it. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

/**
 * Throws a {@link DatabaseError}, which names `path` when it cannot be opened, is no database, or was written
 * by a newer Spillway.
 */
export function openDatabase(path: string, options: OpenOptions = {}): Database {
  const { readonly = false, durability = "full", busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  let sqlite: Sqlite.Database | undefined;
  let folder: FolderLock | undefined;
  try {
    if (!readonly && path !== ":memory:") {
      ensureFolder(dirname(path));
      // SQLite gives its journals the rights of the database.
      createPrivateFile(path);
    }
    if (path !== ":memory:") folder = shareFolder(dirname(path), readonly);
    sqlite = new Sqlite(path, { readonly, timeout: busyTimeoutMs });
    sqlite.pragma("foreign_keys = ON");
    if (!readonly) {
      defineFunctions(sqlite);
      enterWal(sqlite);
      sqlite.pragma(`synchronous = ${durability.toUpperCase()}`);
      // What is deleted or moved is overwritten, so that an erased user is nowhere in the file.
      sqlite.pragma("secure_delete = ON");
      sqlite.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
      migrate(sqlite);
    }
    const opened = sqlite;
    const close = (): void => {
      opened.close();
      folder?.release();
    };
    return { db: drizzle({ client: opened, schema }), sqlite: opened, close };
  } catch (error) {
    sqlite?.close();
    folder?.release();
    const reason = reasonOf(error);
    throw new DatabaseError(`cannot open the database ${path}: ${reason}`, { cause: error });
  }
}

/** Triggers of the catalogue's full-text index call these (migration 0005). */
function defineFunctions(sqlite: Sqlite.Database): void {
  sqlite.function("search_text", { deterministic: true }, (text) => indexedText(String(text)));
  sqlite.function("search_parts", { deterministic: true }, (text) => indexedParts(String(text)));
}

/** Throws a {@link DatabaseError} when the file is damaged, as far as SQLite can tell in reasonable time. */
export function refuseDamaged(sqlite: Sqlite.Database): void {
  const path = sqlite.name;
  if (path === ":memory:" || statSync(path).size > MAX_CHECKED_BYTES) return;
  let found: string;
  try {
    found = String(sqlite.pragma("quick_check(1)", { simple: true }));
  } catch (error) {
    found = reasonOf(error);
  }
  if (found === "ok") return;
  throw new DatabaseError(`the database ${path} is damaged: ${found.replaceAll(/\s+/g, " ")}`);
}

/**
 * Runs `work` in one transaction that takes the write lock at its start. A deferred transaction that first
 * reads and then writes would fail without waiting when another process has written in between
 * (SQLITE_BUSY_SNAPSHOT). Nested calls become savepoints.
 */
export function transact<Result>(database: Database, work: () => Result): Result {
  return database.sqlite.transaction(work).immediate();
}

/** Moves the content of the write-ahead log into the database, except for what a reader still needs there. */
export function checkpoint({ sqlite }: Database): void {
  sqlite.pragma("wal_checkpoint(PASSIVE)");
}

/**
 * Returns a number that changes when another connection has committed, and only then: a cheap check for new
 * data.
 */
export function dataVersion(sqlite: Sqlite.Database): number {
  let statement = dataVersions.get(sqlite);
  if (statement === undefined) {
    statement = sqlite.prepare<[], number>("PRAGMA data_version").pluck();
    dataVersions.set(sqlite, statement);
  }
  return statement.get() ?? 0;
}

/** Each request asks, and to compile the statement takes longer than to run it. */
const dataVersions = new WeakMap<Sqlite.Database, Sqlite.Statement<[], number>>();

/**
 * Retries by itself, since the busy timeout does not cover a change of the journal mode, which upgrades a
 * lock: two processes that open a new file at the same time may collide.
 */
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

/** The message is checked too, since an error from another thread has lost its class. */
export function isStorageBusy(error: unknown): boolean {
  if (error instanceof Sqlite.SqliteError) return /^SQLITE_(BUSY|LOCKED)/.test(error.code);
  return error instanceof Error && error.message === "database is locked";
}

/**
 * Whether the file is damaged. The message is checked too, since an error from another thread has lost its
 * class.
 */
export function isDamaged(error: unknown): boolean {
  if (error instanceof Sqlite.SqliteError) return /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
  return (
    error instanceof Error && /database disk image is malformed|file is not a database/.test(error.message)
  );
}

/**
 * Whether the disk is full or failing, or the file is locked. The request is not at fault, and may be tried
 * again later.
 */
export function isStorageUnavailable(error: unknown): boolean {
  return (
    isStorageBusy(error) || (error instanceof Sqlite.SqliteError && /^SQLITE_(FULL|IOERR)/.test(error.code))
  );
}
