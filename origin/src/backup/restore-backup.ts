/**
 * Replaces a data folder's databases by those of a backup, as a whole. Nothing changes before the backup has
 * been read, checked and prepared.
 */
import { join, resolve } from "node:path";
import { existsSync, rmSync, statSync } from "node:fs";
import { openDatabase } from "@spillway/store/database.ts";
import { ensureFolder } from "@spillway/store/ensure-folder.ts";
import { takeFolder } from "@spillway/store/folder/folder-lock.ts";
import {
  DATABASES,
  emptyStaging,
  finishSwap,
  STORE_FILE,
  swapData,
} from "@spillway/store/folder/swap-data.ts";
import { newestMigrationMs } from "@spillway/store/migrate.ts";
import { readArchive } from "./archive.ts";
import { BackupError } from "./backup-error.ts";
import { problemOfCopy } from "./check-copy.ts";
import { continueFrom, readReplaced } from "./continue-from.ts";
import { eraseAgain } from "./erase-again.ts";
import type { Manifest } from "./manifest.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";

export type RestoreRequest = {
  readonly dataDirectory: string;
  readonly file: string;
  readonly nowMs: number;
  /** Makes the function that the serving log's user hashes come from; called only when it is needed. */
  readonly userHash: () => (user: string) => UserHash;
  readonly onStep: (step: string, done: number, total: number) => void;
};

export type RestoreReport = Manifest & {
  readonly file: string;
  /** The folder with the data that was replaced; undefined when there was none. */
  readonly aside: string | undefined;
  /** How many ids were erased anew, since they had been erased after the backup. */
  readonly erasedAgain: number;
  readonly seconds: number;
};

/** Throws a {@link BackupError}; then the data is what it was before. */
export async function restoreBackup(request: RestoreRequest): Promise<RestoreReport> {
  const { dataDirectory, nowMs, onStep } = request;
  const startedMs = performance.now();
  const file = resolve(request.file);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new BackupError("usage", `there is no file ${file}`);
  if (!found.isFile()) throw new BackupError("usage", `${file} is no plain file`);
  ensureFolder(dataDirectory);
  using alone = takeFolder(dataDirectory);
  if (alone === undefined) {
    throw new BackupError(
      "busy",
      `the data folder ${dataDirectory} is in use by a running origin, start or command of Spillway: ` +
        "end it first. Nothing was changed",
    );
  }
  // An earlier restore may have been killed after its decision.
  finishSwap(dataDirectory);
  const { manifest, erasedAgain } = await stage(request, file);
  const hadData = DATABASES.some((name) => existsSync(join(dataDirectory, name)));
  const aside = nameAside(dataDirectory, nowMs);
  onStep("putting it in place", 0, 1);
  swapData(dataDirectory, aside);
  return {
    ...manifest,
    file,
    erasedAgain,
    aside: hadData ? join(dataDirectory, aside) : undefined,
    seconds: Math.round(performance.now() - startedMs) / 1000,
  };
}

/** Nothing that an earlier restore has moved aside is overwritten. */
function nameAside(dataDirectory: string, nowMs: number): string {
  const stamp = `before-restore-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-")}`;
  let name = stamp;
  for (let more = 2; existsSync(join(dataDirectory, name)); more += 1) name = `${stamp}-${more}`;
  return name;
}

type Staged = { readonly manifest: Manifest; readonly erasedAgain: number };

/** Unpacks, checks and prepares the backup beside the data. */
async function stage(request: RestoreRequest, file: string): Promise<Staged> {
  const { dataDirectory, onStep } = request;
  const staging = emptyStaging(dataDirectory);
  try {
    const onBytes = (done: number, total: number): void => onStep("reading the backup", done, total);
    const manifest = await readArchive(file, staging, onBytes);
    refuseNewer(file, manifest);
    for (const { name } of manifest.databases) {
      onStep(`checking ${name}`, 0, 1);
      const problem = problemOfCopy(join(staging, name));
      if (problem !== undefined) throw new BackupError("failed", `${file} is damaged: ${name}: ${problem}`);
    }
    return { manifest, erasedAgain: prepare(request, staging, Date.parse(manifest.takenAt)) };
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

function refuseNewer(file: string, { schemaMs }: Manifest): void {
  if (schemaMs <= newestMigrationMs()) return;
  throw new BackupError(
    "failed",
    `${file} was written by a newer version of Spillway, whose database has a migration of ${new Date(schemaMs).toISOString()}: restore it with that version`,
  );
}

/** Opening migrates a store of an older version. Returns how many ids were erased anew. */
function prepare(
  { dataDirectory, nowMs, userHash }: RestoreRequest,
  staging: string,
  takenMs: number,
): number {
  const database = openDatabase(join(staging, STORE_FILE));
  try {
    const replaced = readReplaced(dataDirectory);
    continueFrom(database, replaced, takenMs, nowMs);
    const since = replaced.erasures.filter(({ erasedMs }) => erasedMs > takenMs);
    const erasedAgain = eraseAgain(database, staging, since, userHash);
    database.sqlite.pragma("journal_mode = DELETE");
    return erasedAgain;
  } finally {
    database.close();
  }
}
