/**
 * Writes a backup of a data folder into one file, while the origin runs. Nothing stands under the file's name
 * before the backup is whole, checked and on disk.
 */
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { shareFolder, takeFolder } from "@spillway/store/folder/folder-lock.ts";
import { STORE_FILE } from "@spillway/store/folder/swap-data.ts";
import { readArchive, sha256Of, writeArchive } from "./archive.ts";
import { BackupError } from "./backup-error.ts";
import { problemOfCopy } from "./check-copy.ts";
import { FORMAT_VERSION, type DatabaseEntry, type Manifest } from "./manifest.ts";
import { holdMoment, type Moment } from "./one-moment.ts";

export type BackupRequest = {
  readonly dataDirectory: string;
  readonly file: string;
  /** Whether a file that is there already is replaced. */
  readonly force: boolean;
  /** How long to wait for another process that holds the write lock. */
  readonly waitMs: number;
  readonly onStep: (step: string, done: number, total: number) => void;
  readonly onWait: () => void;
};

export type BackupReport = Manifest & {
  readonly file: string;
  readonly bytes: number;
  /** For how long writes waited while the moment was fixed. */
  readonly barrierMs: number;
  readonly seconds: number;
};

/** Throws a {@link BackupError}. What was made until then is removed. */
export async function writeBackup(request: BackupRequest): Promise<BackupReport> {
  const { dataDirectory, force, onStep } = request;
  const startedMs = performance.now();
  const file = resolve(request.file);
  refuseTarget(file, dataDirectory, force);
  if (!existsSync(join(dataDirectory, STORE_FILE))) {
    throw new BackupError(
      "usage",
      `there is no database in ${dataDirectory} (SPILLWAY_DATA): nothing to back up`,
    );
  }
  using work = takeWorkFolder(file);
  using _used = shareFolder(dataDirectory, false);
  const { manifest, barrierMs } = await copyMoment(request, work.path);
  const archive = join(work.path, "backup.tar");
  await writeArchive(archive, work.path, manifest, (done, total) => onStep("writing the file", done, total));
  await readArchive(archive, undefined, (done, total) => onStep("checking the file", done, total));
  putInPlace(archive, file, force);
  return {
    ...manifest,
    file,
    bytes: statSync(file).size,
    barrierMs: Math.round(barrierMs * 100) / 100,
    seconds: Math.round(performance.now() - startedMs) / 1000,
  };
}

function refuseTarget(file: string, dataDirectory: string, force: boolean): void {
  if (dirname(file) === dataDirectory && /[.](db|lock|json|vars)(-\w+)?$/.test(file)) {
    throw new BackupError("usage", `${file} is a name of the data folder's own files: choose another one`);
  }
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) throw new BackupError("usage", `${file} is a folder: name a file in it`);
  if (there?.isFile() === false) throw new BackupError("usage", `${file} is no plain file`);
  if (there !== undefined && !force) {
    throw new BackupError("usage", `${file} is there already: --force replaces it`);
  }
  if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new BackupError("usage", `there is no folder ${dirname(file)}`);
  }
}

/**
 * Makes a folder beside the file, for the same backup of one process at a time. What a process that was
 * killed has left there is removed.
 */
function takeWorkFolder(file: string): Disposable & { readonly path: string } {
  const path = workFolderOf(file);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = takeFolder(path);
  if (lock === undefined) throw new BackupError("busy", `another process is writing a backup to ${file}`);
  const clear = (): void => rmSync(path, { recursive: true, force: true });
  for (const name of readdirSync(path))
    if (!name.startsWith("store.lock")) rmSync(join(path, name), { recursive: true });
  return {
    path,
    [Symbol.dispose]: () => {
      clear();
      lock.release();
    },
  };
}

type Copied = { readonly manifest: Manifest; readonly barrierMs: number };

async function copyMoment(
  { dataDirectory, waitMs, onStep, onWait }: BackupRequest,
  work: string,
): Promise<Copied> {
  using moment = await holdMoment(dataDirectory, waitMs, onWait);
  if (moment.value("SELECT count(*) FROM sqlite_schema WHERE name = '__drizzle_migrations'") === 0) {
    const store = join(dataDirectory, STORE_FILE);
    throw new BackupError("usage", `${store} holds no data of Spillway: nothing to back up`);
  }
  const databases: DatabaseEntry[] = [];
  for (const name of moment.names) {
    const path = join(work, name);
    await moment.copy(name, path, (done, total) => onStep(`copying ${name}`, done, total));
    onStep(`checking ${name}`, 0, 1);
    const problem = problemOfCopy(path);
    if (problem !== undefined) {
      const source = join(dataDirectory, name);
      throw new BackupError("failed", `${source} is damaged, and was not backed up: ${problem}`);
    }
    const bytes = statSync(path).size;
    let hashed = 0;
    const sha256 = await sha256Of(path, (more) => onStep(`hashing ${name}`, (hashed += more), bytes));
    databases.push({ name, bytes, sha256 });
  }
  return { manifest: manifestOf(moment, databases), barrierMs: moment.barrierMs };
}

function manifestOf(moment: Moment, databases: readonly DatabaseEntry[]): Manifest {
  return {
    format: "spillway-backup",
    formatVersion: FORMAT_VERSION,
    takenAt: new Date(moment.takenMs).toISOString(),
    schemaMs: moment.value("SELECT max(created_at) FROM __drizzle_migrations"),
    holds: {
      items: moment.value("SELECT count(*) FROM items"),
      profiles: moment.value("SELECT count(*) FROM profiles"),
      events: moment.value("SELECT count(*) FROM events"),
      generation: moment.value("SELECT max(generation) FROM generations WHERE state = 'done'"),
    },
    databases: [...databases],
  };
}

/** Without `force` a link is made, which fails where another process has written the file in the meantime. */
function putInPlace(archive: string, file: string, force: boolean): void {
  if (force) renameSync(archive, file);
  else {
    try {
      linkSync(archive, file);
    } catch (error) {
      if (existsSync(file)) {
        throw new BackupError(
          "usage",
          `${file} has come in the meantime, and was left: --force replaces it`,
          {
            cause: error,
          },
        );
      }
      // There are file systems without links.
      renameSync(archive, file);
    }
  }
  const folder = openSync(dirname(file), "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** Where a backup to `file` keeps what is not whole yet. */
export function workFolderOf(file: string): string {
  return `${resolve(file)}.partial`;
}
