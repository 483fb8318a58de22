/** What is known of each user. */
import { asc, count, eq, gt, sql, type SQL } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";
import { perDatabase } from "../prepared.ts";
import { profiles } from "../schema.ts";

/** `history` is packed by model/profile/history.ts. */
export type ProfileRow = typeof profiles.$inferSelect;

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
    })
    .onConflictDoUpdate({
      target: profiles.user,
      set: {
        history: sql`excluded.history`,
        signals: sql`excluded.signals`,
        visits: sql`excluded.visits`,
        source: sql`excluded.source`,
        updatedMs: sql`excluded.updated_ms`,
      },
    })
    .prepare(),
);

/** Writes the rows whole, all or nothing. */
export function putProfiles(database: Database, rows: Iterable<ProfileRow>): void {
  const statement = upsert(database);
  transact(database, () => {
    for (const row of rows) statement.run(row);
  });
}

/** Its version counts how often the highest rowid was given back. */
const GIVEN_BACK = "profile-rowids";

const selectLastRowid = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], number | null>("SELECT max(rowid) FROM profiles").pluck(),
);

/** How far rowids go, and a number that is another one once SQLite may give one of them again: then a cursor starts anew. */
export function profileRowids(database: Database): { readonly last: number; readonly epoch: number } {
  const epoch = getDocument(database, GIVEN_BACK, () => undefined)?.version ?? 0;
  return { last: selectLastRowid(database).get() ?? 0, epoch };
}

/** The only way in which profiles go. Returns how many. */
export function deleteProfilesWhere(database: Database, where: SQL | undefined): number {
  return transact(database, () => {
    const before = selectLastRowid(database).get() ?? 0;
    const { changes } = database.db.delete(profiles).where(where).run();
    // A new row gets the highest rowid and one: only the highest can come again.
    if ((selectLastRowid(database).get() ?? 0) < before) putDocument(database, GIVEN_BACK, {}, Date.now());
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

/** Every profile in the order of `user`, a few hundred in memory at a time; other queries may run in between. */
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
