/**
 * Replaces the databases of a data folder, as a whole: a process that is killed in the middle leaves the old
 * data, or new data that the next process to open the folder puts in its place.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

export const STORE_FILE = "spillway.db";
export const SERVING_LOG_FILE = "serving-log.db";
/** The databases of a data folder. */
export const DATABASES = [STORE_FILE, SERVING_LOG_FILE] as const;

/** Holds new data that is not complete yet, and that nobody else reads. */
const STAGING = "restore.partial";
/** Holds new data that is complete: under this name it is the folder's data, moved or not. */
const READY = "restore.ready";
const PLAN = "plan.json";

type Plan = {
  /** The databases that the new data has. The others are gone afterwards. */
  readonly names: readonly string[];
  /** The folder, in the data folder, that the old databases are moved to. */
  readonly aside: string;
};

export function isSwapUnfinished(folder: string): boolean {
  return existsSync(join(folder, READY));
}

/** Returns an empty folder to make the new databases in. The caller has the data folder alone. */
export function emptyStaging(folder: string): string {
  const staging = join(folder, STAGING);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { mode: 0o700 });
  return staging;
}

/**
 * Makes the databases in the staging folder, which are closed, the folder's data, and moves the old ones to
 * the folder `aside`. The caller has the data folder alone.
 */
export function swapData(folder: string, aside: string): void {
  const staging = join(folder, STAGING);
  const names = DATABASES.filter((name) => existsSync(join(staging, name)));
  const plan: Plan = { names, aside };
  writeFileSync(join(staging, PLAN), JSON.stringify(plan), { mode: 0o600 });
  for (const name of [...names, PLAN, ""]) syncToDisk(join(staging, name));
  // Before this line the old data holds, and after it the new.
  renameSync(staging, join(folder, READY));
  syncToDisk(folder);
  finishSwap(folder);
}

/** Moves what has not been moved yet, however often it is called. The caller has the data folder alone. */
export function finishSwap(folder: string): void {
  const ready = join(folder, READY);
  if (!existsSync(ready)) return;
  const { names, aside } = JSON.parse(readFileSync(join(ready, PLAN), "utf8")) as Plan;
  for (const name of DATABASES) {
    const fresh = join(ready, name);
    const isMoved = names.includes(name) && !existsSync(fresh);
    if (isMoved) continue;
    moveAside(folder, name, aside);
    if (existsSync(fresh)) renameSync(fresh, join(folder, name));
  }
  syncToDisk(folder);
  // Deleting takes several steps. What is left of them must not look like data.
  renameSync(ready, join(folder, STAGING));
  rmSync(join(folder, STAGING), { recursive: true });
}

/** A write-ahead log is moved before the database that it belongs to. */
function moveAside(folder: string, name: string, aside: string): void {
  for (const file of [`${name}-wal`, `${name}-shm`, name]) {
    if (!existsSync(join(folder, file))) continue;
    mkdirSync(join(folder, aside), { recursive: true, mode: 0o700 });
    renameSync(join(folder, file), join(folder, aside, file));
  }
}

function syncToDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
