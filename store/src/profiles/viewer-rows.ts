/**
 * Reads the people who may stand in the viewer map: first all of them, with as much as an array holds of
 * millions, then one after the other. Visitors with an id of ours have a cookie, and are not among them.
 */
import type Sqlite from "better-sqlite3";
import { ENTRY_BYTES } from "@spillway/model/profile/history.ts";

export type ViewerRow = {
  readonly user: string;
  readonly history: Buffer;
  readonly updatedMs: number;
};

/** Calls `take` for each person with at least so many entries in the history. */
export function scanViewers(
  sqlite: Sqlite.Database,
  leastEntries: number,
  take: (rowid: number, user: string, updatedMs: number) => void,
): void {
  const rows = sqlite
    .prepare<[number], [number, string, number]>(
      `SELECT rowid, user, updated_ms FROM profiles
         WHERE length(history) >= ? AND user NOT GLOB 'v_????????-????-????-????-????????????'
         AND NOT EXISTS (SELECT 1 FROM suspects WHERE suspects.user = profiles.user)`,
    )
    .raw()
    .iterate(leastEntries * ENTRY_BYTES);
  for (const [rowid, user, updatedMs] of rows) take(rowid, user, updatedMs);
}

/** Undefined where the row was deleted since. */
export function viewerReader(sqlite: Sqlite.Database): (rowid: number) => ViewerRow | undefined {
  const select = sqlite.prepare<[number], ViewerRow>(
    "SELECT user, history, updated_ms AS updatedMs FROM profiles WHERE rowid = ?",
  );
  return (rowid) => select.get(rowid);
}
