/** Whose data was erased, so that what happened before and comes late, from a queue, is not stored again. */
import { createHash } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { erasures } from "../schema.ts";

/**
 * What the ids do up to `erasedMs` is not stored from now on. Their hashes are kept, and not they; without a key, since a
 * tombstone has to outlast a new `EDGE_TOKEN`.
 */
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
  return events.filter(
    ({ id, user, timeMs }) => Math.min(timeMs, idMs(id)) > (erasedMs.get(user) ?? -Infinity),
  );
}

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-/i;

/**
 * When a UUID of version 7 was made (RFC 9562), by its maker's clock; Infinity for any other id. Events of an outbox have
 * no time, so that their receipt dates them: only the id tells that they waited.
 */
function idMs(id: string): number {
  const [, high, low] = UUID_V7.exec(id) ?? [];
  return high === undefined || low === undefined ? Infinity : Number.parseInt(high + low, 16);
}

function hashOf(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}
