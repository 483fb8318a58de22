/** One `start` for each data folder: a lock that the operating system takes back when its holder ends, however it ended. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import * as z from "zod/mini";
import { DatabaseError, isStorageBusy } from "@spillway/store/database.ts";

const holderSchema = z.object({
  pid: z.int(),
  sinceMs: z.int(),
  edgePort: z.int(),
  originPort: z.int(),
});

export type LockHolder = z.infer<typeof holderSchema>;

export type StartLock =
  /** `left`: the last holder, which was killed: what it had started may still be ending. */
  | { readonly ok: true; readonly left: LockHolder | undefined; readonly release: () => void }
  | { readonly ok: false; readonly holder: LockHolder | undefined };

/**
 * The lock is SQLite's on an empty database, `start.lock`: a lock of the operating system on every platform that SQLite knows. Who
 * holds it stands in a file beside it, `start.json`, which is written by the holder alone and decides nothing.
 */
export function takeStartLock(dataDirectory: string, me: LockHolder): StartLock {
  const path = join(dataDirectory, "start.json");
  const database = new Sqlite(join(dataDirectory, "start.lock"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!isStorageBusy(error))
      throw new DatabaseError(`cannot lock ${dataDirectory}: ${String(error)}`, { cause: error });
    return { ok: false, holder: readHolder(path) };
  }
  const left = readHolder(path);
  writeFileSync(`${path}.new`, `${JSON.stringify(me)}\n`);
  renameSync(`${path}.new`, path);
  return {
    ok: true,
    left,
    release: () => {
      rmSync(path, { force: true });
      database.close();
    },
  };
}

/** Undefined where there is none, or none that can be read: the lock holds without it. */
function readHolder(path: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

export function describeHolder(holder: LockHolder | undefined, dataDirectory: string): string {
  if (holder === undefined) return `Another start is using ${dataDirectory}.`;
  const since = new Date(holder.sinceMs).toISOString().replace("T", " ").slice(0, 19);
  return (
    `Another start is using ${dataDirectory}: pid ${holder.pid}, since ${since} UTC, ` +
    `ports ${holder.edgePort} (edge) and ${holder.originPort} (origin).`
  );
}
