/**
 * Which profiles have moved since the newest cycle, and what they were before: so a cycle corrects its sums
 * over the audience by those alone. Triggers write it (migration 0014), so that no writer can forget to.
 */
import { randomUUID } from "node:crypto";
import { transact, type Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { packPage, type PackedPage } from "@spillway/model/profile/packed-page.ts";
import { COUNTS } from "./profile-ranges.ts";

export type Moves = {
  /** As they were before, in the order of rowid; profiles that are new are not among them. */
  readonly before: PackedPage;
  /** As they are now; profiles that are gone, or of people who are left out, are not among them. */
  readonly after: PackedPage;
  /** How many profiles have moved, of those that were taken. */
  readonly moved: number;
};

/** Forgets all moves and notes them from now on. Whoever watched before finds that out by the token. */
export function watchProfiles(database: Database): string {
  const { sqlite } = database;
  const token = randomUUID();
  transact(database, () => {
    forgetAll(database);
    sqlite.prepare<[string]>("INSERT INTO profile_watch VALUES (?)").run(token);
  });
  return token;
}

const selectAny = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[string, string], number>(
      `SELECT EXISTS (SELECT 1 FROM profiles WHERE user IN (SELECT value FROM json_each(?)))
         OR EXISTS (SELECT 1 FROM links WHERE user IN (SELECT value FROM json_each(?)))`,
    )
    .pluck(),
);

/**
 * To be called before these people are erased, in the same transaction: what they were may stand among the
 * moves, under a row's number alone, and must not be noted now. So all moves are forgotten, and the watch
 * ends; whoever watched finds that out by the token. Nothing happens where nobody has a profile.
 */
export function endWatchOver(database: Database, users: readonly string[]): void {
  const json = JSON.stringify(users);
  if (selectAny(database).get(json, json) !== 1) return;
  transact(database, () => forgetAll(database));
}

function forgetAll({ sqlite }: Database): void {
  sqlite.prepare("DELETE FROM profile_moves").run();
  sqlite.prepare("DELETE FROM profile_watch").run();
}

const selectToken = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], string>("SELECT token FROM profile_watch").pluck(),
);

/** Whether the moves since {@link watchProfiles} returned this token are all there, or were taken. */
export function isWatching(database: Database, token: string): boolean {
  return selectToken(database).get() === token;
}

const selectCount = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], number>("SELECT count(*) FROM profile_moves").pluck(),
);

export function countMoves(database: Database): number {
  return selectCount(database).get() ?? 0;
}

type Row = [rowid: number, history: Buffer | null, signals: string | null, visits: number];

const selectBefore = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[number, number], Row>("SELECT * FROM profile_moves WHERE profile > ? ORDER BY profile LIMIT ?")
    .raw(),
);

const selectAfter = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[number, number], Row>(
      `SELECT profiles.rowid, history, signals, visits FROM profiles
         WHERE profiles.rowid IN (SELECT profile FROM profile_moves WHERE profile > ? AND profile <= ?)
         AND ${COUNTS} ORDER BY profiles.rowid`,
    )
    .raw(),
);

const deleteUpTo = perDatabase(({ sqlite }) =>
  sqlite.prepare<[number]>("DELETE FROM profile_moves WHERE profile <= ?"),
);

/**
 * Takes at most `limit` moves: they are noted no more. Undefined where there are none, and where somebody
 * else has begun to watch.
 */
export function takeMoves(database: Database, token: string, limit: number): Moves | undefined {
  return transact(database, () => {
    if (!isWatching(database, token)) return undefined;
    const before = selectBefore(database).all(-1, limit);
    const last = before.at(-1)?.[0];
    if (last === undefined) return undefined;
    const after = selectAfter(database).all(-1, last);
    deleteUpTo(database).run(last);
    return { before: pageOf(before), after: pageOf(after), moved: before.length };
  });
}

/** Yields what moved profiles were before, and leaves the moves as they are. */
export function* movedBefore(database: Database, pageRows: number): Generator<PackedPage> {
  for (let last = -1; ;) {
    const rows = selectBefore(database).all(last, pageRows);
    const end = rows.at(-1)?.[0];
    if (end === undefined) return;
    yield pageOf(rows);
    last = end;
  }
}

function pageOf(rows: readonly Row[]): PackedPage {
  return packPage(
    rows.flatMap(([rowid, history, signals, visits]) =>
      history === null ? [] : [[rowid, history, signals, visits] as const],
    ),
  );
}
