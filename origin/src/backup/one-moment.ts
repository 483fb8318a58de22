/**
 * Reads both databases as of one moment, while other processes write to them. A barrier of about a
 * millisecond holds the write locks of both; within it one read transaction begins that covers both. What is
 * copied afterwards is what that transaction sees, however long it takes, and nobody waits for it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { isDamaged, isStorageBusy } from "@spillway/store/database.ts";
import { DATABASES, SERVING_LOG_FILE, STORE_FILE } from "@spillway/store/folder/swap-data.ts";
import { BackupError } from "./backup-error.ts";

export type DatabaseName = (typeof DATABASES)[number];

export type Moment = Disposable & {
  readonly takenMs: number;
  /** For how long writers had to wait. */
  readonly barrierMs: number;
  readonly names: readonly DatabaseName[];
  /** Copies one database into a new file. `onPages` gets how many of its pages are done. */
  readonly copy: (
    name: DatabaseName,
    path: string,
    onPages: (done: number, total: number) => void,
  ) => Promise<void>;
  /** Reads a single value from the store. */
  readonly value: (sql: string) => number;
};

/** By which name the connections know each database. */
const SCHEMA: Readonly<Record<DatabaseName, string>> = { [STORE_FILE]: "main", [SERVING_LOG_FILE]: "log" };
/** 4 MB. After each step the process looks at its signals. */
const PAGES_PER_STEP = 1024;
const ASK_EVERY_MS = 5;

/** Throws a BackupError when another process holds a write lock for longer than `waitMs`. */
export async function holdMoment(folder: string, waitMs: number, onWait: () => void): Promise<Moment> {
  const names = DATABASES.filter((name) => existsSync(join(folder, name)));
  const reader = connect(folder, names);
  const barrier = connect(folder, names);
  try {
    await takeWriteLocks(barrier, waitMs, onWait);
    const lockedMs = performance.now();
    const takenMs = Date.now();
    reader.exec("BEGIN");
    // A transaction begins with its first read, of each database.
    for (const name of names) reader.prepare(`SELECT count(*) FROM ${SCHEMA[name]}.sqlite_schema`).get();
    barrier.exec("ROLLBACK");
    const barrierMs = performance.now() - lockedMs;
    return {
      takenMs,
      barrierMs,
      names,
      copy: (name, path, onPages) => copy(reader, SCHEMA[name], path, onPages),
      value: (sql) => Number(reader.prepare(sql).pluck().get() ?? 0),
      [Symbol.dispose]: () => void reader.close(),
    };
  } catch (error) {
    reader.close();
    if (!isDamaged(error)) throw error;
    const reason = reasonOf(error);
    throw new BackupError("failed", `the data in ${folder} is damaged, and was not backed up: ${reason}`, {
      cause: error,
    });
  } finally {
    barrier.close();
  }
}

function connect(folder: string, names: readonly DatabaseName[]): Sqlite.Database {
  const sqlite = new Sqlite(join(folder, STORE_FILE), { fileMustExist: true, timeout: 0 });
  if (names.includes(SERVING_LOG_FILE)) {
    sqlite.prepare(`ATTACH ? AS ${SCHEMA[SERVING_LOG_FILE]}`).run(join(folder, SERVING_LOG_FILE));
  }
  return sqlite;
}

/** `BEGIN IMMEDIATE` takes the write locks of all attached databases, or none of them. */
async function takeWriteLocks(barrier: Sqlite.Database, waitMs: number, onWait: () => void): Promise<void> {
  const startedMs = performance.now();
  for (let told = false; ;) {
    try {
      barrier.exec("BEGIN IMMEDIATE");
      return;
    } catch (error) {
      if (!isStorageBusy(error)) throw error;
    }
    const waitedMs = performance.now() - startedMs;
    if (waitedMs > waitMs) {
      throw new BackupError(
        "busy",
        `another process has been writing to the database for ${Math.round(waitMs / 1000)} s: try again later`,
      );
    }
    if (waitedMs > 1000 && !told) {
      told = true;
      onWait();
    }
    await sleep(ASK_EVERY_MS);
  }
}

async function copy(
  reader: Sqlite.Database,
  attached: string,
  path: string,
  onPages: (done: number, total: number) => void,
): Promise<void> {
  const options: Sqlite.BackupOptions & { readonly attached: string } = {
    // The types do not know it (better-sqlite3, Database#backup).
    attached,
    progress: ({ totalPages, remainingPages }) => {
      onPages(totalPages - remainingPages, totalPages);
      return PAGES_PER_STEP;
    },
  };
  await reader.backup(path, options);
}
