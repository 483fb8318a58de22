/**
 * Reads profiles by ranges of rowids, so that several threads can read a million of them. It uses plain SQL,
 * since a thread needs longer to load drizzle (0.7 s of processor time) than to read a hundred thousand
 * profiles.
 */
import type Sqlite from "better-sqlite3";
import { factsIn, type PackedPage } from "@spillway/model/profile/packed-page.ts";
import { WEIGHS, WITHIN_NETWORK } from "./weight.ts";

const PAGE_ROWS = 1000;

/** A range of rowids, both ends included. Rowids are in the order of first arrival. */
export type RowidRange = { readonly from: number; readonly to: number };

/**
 * Returns ranges that hold all profiles, in order. Each spans `span` rowids, and so holds at most that many
 * profiles.
 */
export function profileRanges(sqlite: Sqlite.Database, span: number): RowidRange[] {
  const [first, last] = sqlite
    .prepare<[], [number | null, number | null]>("SELECT min(rowid), max(rowid) FROM profiles")
    .raw()
    .get() ?? [null, null];
  if (first === null || last === null) return [];
  return Array.from({ length: Math.ceil((last - first + 1) / span) }, (_, at) => ({
    from: first + at * span,
    to: Math.min(last, first + (at + 1) * span - 1),
  }));
}

/**
 * Whose profiles are learned from, as a condition in SQL on a row of `profiles`: nobody with a suspect among
 * their ids, and nobody who does not weigh in training.
 */
export const COUNTS = `NOT EXISTS (SELECT 1 FROM suspects WHERE suspects.user = profiles.user)
  AND NOT EXISTS (SELECT 1 FROM links JOIN suspects ON suspects.user = links.visitor WHERE links.user = profiles.user)
  AND ${WEIGHS} AND ${WITHIN_NETWORK}`;

/**
 * Returns the profiles of a range in the order of rowid, a thousand rowids to a page, as they are within one
 * transaction. People who do not count are left out, and those who have moved since the profiles are watched:
 * they come with their moves (profile-moves.ts).
 */
export function readProfileRange(sqlite: Sqlite.Database, { from, to }: RowidRange): PackedPage[] {
  // Objects and texts for each row would take longer than everything else. group_concat copies blobs without
  // changing a byte.
  const select = sqlite.prepare<[number, number], Row>(
    `SELECT CAST(group_concat(history, '') AS BLOB), CAST(group_concat(signals, '') AS BLOB),
       CAST(group_concat(facts, '') AS BLOB), count(*)
     FROM (SELECT history, signals, length(history) || ',' || ifnull(octet_length(signals), 0) || ',' ||
       max(visits, 0) || ',' || rowid || ',' AS facts
       FROM profiles WHERE rowid BETWEEN ? AND ? AND ${COUNTS}
       AND NOT EXISTS (SELECT 1 FROM profile_moves WHERE profile_moves.profile = profiles.rowid)
       ORDER BY profiles.rowid)`,
  );
  return sqlite.transaction(() => {
    const pages: PackedPage[] = [];
    for (let first = from; first <= to; first += PAGE_ROWS) {
      const last = Math.min(to, first + PAGE_ROWS - 1);
      const [histories, signals, facts, users] = select.raw().get(first, last) ?? [null, null, null, 0];
      if (histories === null || facts === null) continue;
      pages.push({ histories, signals: signals ?? NOTHING, facts: factsIn(facts, users) });
    }
    return pages;
  })();
}

type Row = [histories: Buffer | null, signals: Buffer | null, facts: Buffer | null, users: number];

const NOTHING = new Uint8Array(0);
