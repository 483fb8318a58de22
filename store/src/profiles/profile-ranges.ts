/**
 * Reads profiles by ranges of rowids, so that several threads can read a million of them. It uses plain SQL,
 * since a thread needs longer to load drizzle (0.7 s of processor time) than to read a hundred thousand
 * profiles.
 */
import type Sqlite from "better-sqlite3";
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

/** Successive profiles: all their histories, one after the other, and the other fields of each. */
export type PackedPage = {
  readonly histories: Uint8Array;
  readonly users: readonly PackedProfile[];
};

export type PackedProfile = readonly [
  historyBytes: number,
  signals: string | null,
  visits: number,
  rowid: number,
];

/**
 * Whose profiles are learned from, as a condition in SQL on a row of `profiles`: nobody with a suspect among
 * their ids, and nobody who does not weigh in training.
 */
export const COUNTS = `NOT EXISTS (SELECT 1 FROM suspects WHERE suspects.user = profiles.user)
  AND NOT EXISTS (SELECT 1 FROM links JOIN suspects ON suspects.user = links.visitor WHERE links.user = profiles.user)
  AND ${WEIGHS} AND ${WITHIN_NETWORK}`;

/**
 * Passes the profiles of a range to `read`, in the order of rowid, and within one transaction; `size` is how
 * many there are, and the bytes of their histories. People who do not count are left out, and those who have
 * moved since the profiles are watched: they come with their moves (profile-moves.ts).
 */
export function readProfileRange<Result>(
  sqlite: Sqlite.Database,
  { from, to }: RowidRange,
  read: (pages: Iterable<PackedPage>, size: { users: number; historyBytes: number }) => Result,
): Result {
  const range = `FROM profiles WHERE rowid BETWEEN ? AND ? AND ${COUNTS}
    AND NOT EXISTS (SELECT 1 FROM profile_moves WHERE profile_moves.profile = profiles.rowid)
    ORDER BY profiles.rowid`;
  const size = sqlite.prepare<[number, number], [number, number]>(
    `SELECT count(*), ifnull(sum(length(history)), 0) ${range}`,
  );
  // A buffer for each row would take longer than everything else. group_concat copies blobs without changing
  // a byte.
  const histories = sqlite.prepare<[number, number], Buffer | null>(
    `SELECT CAST(group_concat(history, '') AS BLOB) FROM (SELECT history ${range})`,
  );
  const users = sqlite.prepare<[number, number], PackedPage["users"][number]>(
    `SELECT length(history), signals, visits, rowid ${range}`,
  );
  const pages = function* (): Generator<PackedPage> {
    for (let first = from; first <= to; first += PAGE_ROWS) {
      const last = Math.min(to, first + PAGE_ROWS - 1);
      yield {
        histories: histories.pluck().get(first, last) ?? NOTHING,
        users: users.raw().all(first, last),
      };
    }
  };
  return sqlite.transaction(() => {
    const [count, historyBytes] = size.raw().get(from, to) ?? [0, 0];
    return read(pages(), { users: count, historyBytes });
  })();
}

const NOTHING = new Uint8Array(0);
