/** What is known of each user. */
import { asc, count, eq, gt, sql } from "drizzle-orm";
import { transact, type Database } from "./database.ts";
import { perDatabase } from "./prepared.ts";
import { profiles } from "./schema.ts";

/** `history` is packed by profile/history.ts. */
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
