/**
 * Makes a restored store go on where the world is now, and not where it was: what was published since, and
 * numbers that were given since, are known to edges and clients.
 */
import { STORE_FILE } from "@spillway/store/folder/swap-data.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { Erasure as ViewerErasure } from "@spillway/shared/protocol/erasures.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import {
  addViewerErasures,
  parseViewerErasures,
  VIEWER_ERASURES,
} from "@spillway/store/events/viewer-erasures.ts";

import type { Erasure } from "./erase-again.ts";
import { NO_OPERATORS, readOperatorRows, writeOperatorRows, type OperatorRows } from "./operators-again.ts";

/** What the data that is replaced tells. Everything is empty when it is gone or damaged. */
export type Replaced = {
  /** The highest number that each table with ascending numbers has given. */
  readonly sequences: ReadonlyMap<string, number>;
  /** Document → version. */
  readonly versions: ReadonlyMap<string, number>;
  /** The keys that KV holds. */
  readonly publishedKeys: readonly string[];
  readonly erasures: readonly Erasure[];
  /** Whose viewer states are void. */
  readonly viewerErasures: readonly ViewerErasure[];
  readonly operators: OperatorRows;
};

const NOTHING: Replaced = {
  sequences: new Map(),
  versions: new Map(),
  publishedKeys: [],
  erasures: [],
  viewerErasures: [],
  operators: NO_OPERATORS,
};

export function readReplaced(folder: string): Replaced {
  const path = join(folder, STORE_FILE);
  if (!existsSync(path)) return NOTHING;
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(path, { fileMustExist: true });
    const pairs = (sql: string): Map<string, number> =>
      new Map(sqlite?.prepare<[], [string, number]>(sql).raw().all());
    return {
      sequences: pairs("SELECT name, seq FROM sqlite_sequence"),
      versions: pairs("SELECT key, version FROM documents"),
      erasures: sqlite
        .prepare<[], Erasure>("SELECT id_hash AS idHash, erased_ms AS erasedMs FROM erasures")
        .all(),
      viewerErasures: parseViewerErasures(
        sqlite
          .prepare<[string], string>("SELECT json FROM documents WHERE key = ?")
          .pluck()
          .get(VIEWER_ERASURES) ?? "{}",
      ),
      operators: readOperatorRows(sqlite),
      publishedKeys: sqlite.prepare<[], string>("SELECT key FROM published").pluck().all(),
    };
  } catch {
    // A damaged store is a reason to restore, and nothing that it could tell is needed.
    return NOTHING;
  } finally {
    sqlite?.close();
  }
}

/**
 * - No generation is given twice, since events name the generation of the page that they were on. At most one
 * cycle begins in a second, so that as many generations are skipped as seconds have passed since the backup.
 * - Versions of documents and routing go on above those of the replaced data.
 * - What KV holds is unknown: the next cycle writes every page and the index. Pages that the restored store
 *   does not have are remembered, so that they are deleted (publish.ts).
 * - Whose viewer states are void, browsers still have to hear.
 * - Operators' tokens and the audit log are as they were last (operators-again.ts).
 * - Leases belong to processes that are gone.
 */
export function continueFrom(database: Database, replaced: Replaced, takenMs: number, nowMs: number): void {
  const { sqlite } = database;
  const secondsSince = Math.max(0, Math.ceil((nowMs - takenMs) / 1000));
  transact(database, () => {
    raiseSequences(sqlite, replaced.sequences, secondsSince);
    addViewerErasures(database, replaced.viewerErasures, nowMs);
    const raiseVersion = sqlite.prepare<[number, string]>(
      "UPDATE documents SET version = max(version, ?) + 1 WHERE key = ?",
    );
    for (const [key, version] of replaced.versions) raiseVersion.run(version, key);
    writeOperatorRows(sqlite, replaced.operators);
    sqlite.exec("DELETE FROM leases");
    sqlite.exec("DELETE FROM published");
    const remember = sqlite.prepare<[string, number]>("INSERT INTO published VALUES (?, '', ?)");
    for (const key of replaced.publishedKeys) remember.run(key, nowMs);
  });
}

function raiseSequences(
  sqlite: Sqlite.Database,
  known: ReadonlyMap<string, number>,
  secondsSince: number,
): void {
  const get = sqlite.prepare<[string], number>("SELECT seq FROM sqlite_sequence WHERE name = ?").pluck();
  const drop = sqlite.prepare<[string]>("DELETE FROM sqlite_sequence WHERE name = ?");
  const put = sqlite.prepare<[string, number]>("INSERT INTO sqlite_sequence VALUES (?, ?)");
  for (const name of new Set([...known.keys(), "generations"])) {
    const own = (get.get(name) ?? 0) + (name === "generations" ? secondsSince : 0);
    drop.run(name);
    put.run(name, Math.max(own, known.get(name) ?? 0));
  }
}
