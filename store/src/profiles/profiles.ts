/** Stores the profile of each person. */
import { asc, count, eq, gt, sql, type SQL } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";
import { perDatabase } from "../prepared.ts";
import { NO_ARRIVAL, type Arrival } from "./arrival.ts";
import { profiles } from "../schema.ts";

/** `history` is packed by model/profile/history.ts. */
export type ProfileRow = Omit<typeof profiles.$inferSelect, keyof Arrival> & Partial<Arrival>;

const PAGE_ROWS = 500;

const selectByUser = perDatabase(({ db }) =>
  db
    .select()
    .from(profiles)
    .where(eq(profiles.user, sql.placeholder("user")))
    .prepare(),
);

export function profileOf(database: Database, user: string): ProfileRow | undefined {
  return selectByUser(database).get({ user });
}

const upsert = perDatabase(({ db }) =>
  db
    .insert(profiles)
    .values({
      user: sql.placeholder("user"),
      history: sql.placeholder("history"),
      signals: sql.placeholder("signals"),
      visits: sql.placeholder("visits"),
      source: sql.placeholder("source"),
      updatedMs: sql.placeholder("updatedMs"),
      proof: sql.placeholder("proof"),
      network: sql.placeholder("network"),
      arrivedMs: sql.placeholder("arrivedMs"),
      seenMs: sql.placeholder("seenMs"),
    })
    .onConflictDoUpdate({
      target: profiles.user,
      set: {
        history: sql`excluded.history`,
        signals: sql`excluded.signals`,
        visits: sql`excluded.visits`,
        source: sql`excluded.source`,
        updatedMs: sql`excluded.updated_ms`,
        proof: sql`excluded.proof`,
        network: sql`excluded.network`,
        arrivedMs: sql`excluded.arrived_ms`,
        seenMs: sql`excluded.seen_ms`,
      },
    })
    .prepare(),
);

/** Writes all rows or none; each replaces the whole row of its user. */
export function putProfiles(database: Database, rows: Iterable<ProfileRow>): void {
  const statement = upsert(database);
  transact(database, () => {
    for (const row of rows) statement.run({ ...NO_ARRIVAL, ...row });
  });
}

/**
 * The version of this document counts how often the highest rowid was deleted, so that SQLite may use it
 * again.
 */
const ROWID_EPOCH = "profile-rowids";

const selectLastRowid = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], number | null>("SELECT max(rowid) FROM profiles").pluck(),
);

/**
 * Returns the highest rowid, and an epoch. When the epoch changes, SQLite may have used rowids again, so that
 * a cursor on them must start from 0.
 */
export function profileRowids(database: Database): { readonly last: number; readonly epoch: number } {
  const epoch = getDocument(database, ROWID_EPOCH, () => undefined)?.version ?? 0;
  return { last: selectLastRowid(database).get() ?? 0, epoch };
}

/**
 * Returns how many were deleted. All deletes of profiles must use this function, since it keeps the epoch of
 * rowids.
 */
export function deleteProfilesWhere(database: Database, where: SQL | undefined): number {
  return transact(database, () => {
    const before = selectLastRowid(database).get() ?? 0;
    const { changes } = database.db.delete(profiles).where(where).run();
    // A new row gets the highest rowid plus one, so that only the highest rowid can be used again.
    if ((selectLastRowid(database).get() ?? 0) < before) putDocument(database, ROWID_EPOCH, {}, Date.now());
    return changes;
  });
}

const selectAfter = perDatabase(({ db }) =>
  db
    .select()
    .from(profiles)
    .where(gt(profiles.user, sql.placeholder("user")))
    .orderBy(asc(profiles.user))
    .limit(PAGE_ROWS)
    .prepare(),
);

/**
 * Iterates over all profiles in the order of `user`, with a few hundred in memory at a time. Other queries
 * may run in between.
 */
export function* iterateProfiles(database: Database): Generator<ProfileRow, void, undefined> {
  for (let after = ""; ;) {
    const rows = selectAfter(database).all({ user: after });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    after = last.user;
  }
}

export function countProfiles(database: Database): number {
  return database.db.select({ users: count() }).from(profiles).get()?.users ?? 0;
}
