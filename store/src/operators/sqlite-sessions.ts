/** The console's sessions over SQLite: only those in the table are open. */
import { eq, lte, sql } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { operatorSessions } from "../schema.ts";
import { queueWrite } from "../write-queue.ts";
import { ADMIN_GRANT, type SessionStore } from "./operator-store.ts";
import { isTokenValid } from "./sqlite-tokens.ts";

export function sqliteSessions(database: Database): SessionStore {
  const { db } = database;
  const end = (id: string): boolean =>
    db.delete(operatorSessions).where(eq(operatorSessions.id, id)).run().changes > 0;
  const byId = () =>
    db
      .select()
      .from(operatorSessions)
      .where(eq(operatorSessions.id, sql.placeholder("id")))
      .prepare();
  // Each open console asks for its session each second. It is prepared on first use, when the tables are there.
  let finding: ReturnType<typeof byId> | undefined;
  return {
    begin: (session, replaced) =>
      queueWrite(() =>
        transact(database, () => {
          db.delete(operatorSessions).where(lte(operatorSessions.expiresMs, session.createdMs)).run();
          if (replaced !== undefined) end(replaced);
          db.insert(operatorSessions).values(session).run();
        }),
      ),
    find: async (id, nowMs) => {
      const session = (finding ??= byId()).get({ id });
      if (session === undefined || nowMs >= session.expiresMs) return undefined;
      const { grantedFor } = session;
      return grantedFor.startsWith(ADMIN_GRANT) || isTokenValid(database, grantedFor, nowMs)
        ? session
        : undefined;
    },
    end: (id) => queueWrite(() => end(id)),
  };
}
