/** Reads and deletes all events of some ids, for export and erasure. */
import { asc, inArray } from "drizzle-orm";
import type { Database } from "../database.ts";
import { events } from "../schema.ts";

export type EventRow = typeof events.$inferSelect;

/** Returns the events in the order of arrival. */
export function allEventsOf({ db }: Database, ids: readonly string[]): EventRow[] {
  return db.select().from(events).where(inArray(events.user, ids)).orderBy(asc(events.seq)).all();
}

/**
 * Returns how many were deleted. Their `seq` numbers are never used again, so that no cursor misses an event.
 */
export function deleteEventsOf({ db }: Database, ids: readonly string[]): number {
  return db.delete(events).where(inArray(events.user, ids)).run().changes;
}
