/**
 * Remembers whose data was erased, so that older events that arrive late from a queue are not stored again.
 */
import { createHash } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { erasures } from "../schema.ts";

/**
 * From now on, events of these ids from before `erasedMs` are not stored. Only hashes of the ids are stored.
 * The hash has no key, since it must still match after the `USER_HASH_KEY` has changed.
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

/** Leaves out the events that happened before their user was erased. */
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
 * Returns the time in a UUID of version 7 (RFC 9562), by the clock of its maker; Infinity for any other id.
 * Events that waited in an outbox have no time of their own and are dated by their receipt: only the id shows
 * that they are older.
 */
function idMs(id: string): number {
  const [, high, low] = UUID_V7.exec(id) ?? [];
  return high === undefined || low === undefined ? Infinity : Number.parseInt(high + low, 16);
}

function hashOf(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}
