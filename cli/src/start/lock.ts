/**
 * Allows one `start` per data folder, by a lock that the operating system releases whenever its holder ends.
 */
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
  /** `killed` is the last holder if it was killed. The processes that it started may still be ending. */
  | { readonly ok: true; readonly killed: LockHolder | undefined; readonly release: () => void }
  | { readonly ok: false; readonly holder: LockHolder | undefined };

/**
 * SQLite takes the lock on the empty database `start.lock`, because its locks are the operating system's on
 * every platform. The holder also writes who it is to `start.json`. That file serves messages only and
 * decides nothing.
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
  const killed = readHolder(path);
  writeFileSync(`${path}.new`, `${JSON.stringify(me)}\n`);
  renameSync(`${path}.new`, path);
  return {
    ok: true,
    killed,
    release: () => {
      rmSync(path, { force: true });
      database.close();
    },
  };
}

/** Returns undefined when the file is missing or cannot be read, because the lock works without it. */
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
