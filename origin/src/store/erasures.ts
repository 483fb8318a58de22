/** Whose data was erased, so that what happened before and comes late, from a queue, is not stored again. */
import { createHash } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { StoredEvent } from "@spillway/shared/events.ts";
import type { Database } from "./database.ts";
import { perDatabase } from "./prepared.ts";
import { erasures } from "./schema.ts";

/** What the ids do up to `erasedMs` is not stored from now on. Their hashes are kept, and not they. */
export function addErasures({ db }: Database, ids: readonly string[], erasedMs: number): void {
  for (const id of ids) {
    db.insert(erasures)
      .values({ idHash: hashOf(id), erasedMs })
      .onConflictDoUpdate({ target: erasures.idHash, set: { erasedMs } })
      .run();
  }
}

const selectErasedMs = perDatabase(({ db }) =>
  db
    .select({ erasedMs: erasures.erasedMs })
    .from(erasures)
    .where(eq(erasures.idHash, sql.placeholder("idHash")))
    .prepare(),
);

const selectAny = perDatabase(({ sqlite }) => sqlite.prepare("SELECT 1 FROM erasures LIMIT 1"));

/** Without the events that happened before their user was erased. */
export function withoutErased(database: Database, events: readonly StoredEvent[]): readonly StoredEvent[] {
  if (selectAny(database).get() === undefined) return events;
  const erasedMs = new Map<string, number>();
  for (const { user } of events) {
    if (erasedMs.has(user)) continue;
    const found = selectErasedMs(database).get({ idHash: hashOf(user) });
    erasedMs.set(user, found?.erasedMs ?? -Infinity);
  }
  return events.filter(({ user, timeMs }) => timeMs > (erasedMs.get(user) ?? -Infinity));
}

function hashOf(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}
