/**
 * Says whether a data folder is in use: by any number of processes at once, or by one alone that replaces the
 * data. The operating system releases a lock when its holder ends, however it ends.
 */
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { finishSwap, isSwapUnfinished } from "./swap-data.ts";

export type FolderLock = Disposable & { readonly release: () => void };

const LOCK_FILE = "store.lock";
/** Finishing a swap that was cut short takes milliseconds. */
const SWAP_WAIT_MS = 5000;

/** Somebody replaces the data at this moment. The message names the folder. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

/**
 * Takes part in using the folder, and first finishes a swap of the data that was cut short. Throws a
 * {@link FolderInUseError} while another process replaces the data. A reader of a folder where nothing can be
 * written takes no lock: nobody can replace the data there.
 */
export function shareFolder(folder: string, readonly: boolean): FolderLock {
  if (!readonly && isSwapUnfinished(folder)) {
    using alone = waitUntilAlone(folder);
    if (alone !== undefined) finishSwap(folder);
  }
  const lock = openLock(folder, readonly);
  if (lock === undefined) return toLock(undefined);
  try {
    // In SQLite's rollback mode a transaction that has read holds a shared lock until it ends.
    lock.exec("BEGIN");
    lock.prepare("SELECT count(*) FROM sqlite_schema").get();
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new FolderInUseError(
      `the data folder ${folder} is being restored (spillway restore): try again when that has ended`,
    );
  }
  return toLock(lock);
}

/** Takes the folder for one process alone. Returns undefined while any other process uses it. */
export function takeFolder(folder: string): FolderLock | undefined {
  const lock = openLock(folder, false);
  try {
    lock?.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock?.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return toLock(lock);
}

/** Another process may be finishing the swap already: then there is nothing left to do. */
function waitUntilAlone(folder: string): FolderLock | undefined {
  for (const untilMs = Date.now() + SWAP_WAIT_MS; isSwapUnfinished(folder);) {
    const alone = takeFolder(folder);
    if (alone !== undefined) return alone;
    if (Date.now() > untilMs) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
  }
  return undefined;
}

function openLock(folder: string, readonly: boolean): Sqlite.Database | undefined {
  const path = join(folder, LOCK_FILE);
  try {
    // An existing file is left to SQLite: closing it here would release the locks of this process (POSIX).
    if (!existsSync(path)) createLockFile(path);
    return new Sqlite(path, { readonly, timeout: 0 });
  } catch (error) {
    if (readonly) return undefined;
    throw error;
  }
}

function createLockFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    // Another process has created it in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function toLock(lock: Sqlite.Database | undefined): FolderLock {
  const release = (): void => void lock?.close();
  return { release, [Symbol.dispose]: release };
}

function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}
