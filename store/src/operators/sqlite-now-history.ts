/** The history of *Now* over SQLite: a row for each minute, compressed. */
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { and, asc, gte, lt, min } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { nowMinutes } from "../schema.ts";
import { queueWrite } from "../write-queue.ts";
import type { NowHistoryStore } from "./now-history-store.ts";

const compress = promisify(deflateRaw);
const expand = promisify(inflateRaw);

export function sqliteNowHistory(database: Database): NowHistoryStore {
  const { db } = database;
  const { minute } = nowMinutes;
  return {
    put: async (minutes) => {
      const rows = await Promise.all(
        minutes.map(async (one) => ({ minute: one.minute, facts: await compress(one.facts) })),
      );
      return queueWrite(() =>
        transact(database, () => {
          for (const row of rows) {
            const changed = { target: minute, set: { facts: row.facts } };
            db.insert(nowMinutes).values(row).onConflictDoUpdate(changed).run();
          }
        }),
      );
    },
    between: async (from, until) => {
      const within = and(gte(minute, from), lt(minute, until));
      const rows = db.select().from(nowMinutes).where(within).orderBy(asc(minute)).all();
      return Promise.all(
        rows.map(async (row) => ({ minute: row.minute, facts: (await expand(row.facts)).toString() })),
      );
    },
    oldest: async () =>
      db
        .select({ oldest: min(minute) })
        .from(nowMinutes)
        .get()?.oldest ?? undefined,
    drop: (before) => queueWrite(() => db.delete(nowMinutes).where(lt(minute, before)).run().changes),
  };
}
