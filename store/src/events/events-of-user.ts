/** Reads and deletes all events of some ids, for export and erasure. */
import { and, asc, eq, inArray, lte, or } from "drizzle-orm";
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

export function hasEventsOf({ db }: Database, id: string): boolean {
  return db.select({ seq: events.seq }).from(events).where(eq(events.user, id)).limit(1).get() !== undefined;
}

/** Makes what `visitor` did until `linkedMs` the user's own events. */
export function giveEventsToUser({ db }: Database, visitor: string, user: string, linkedMs: number): void {
  const isBefore = or(lte(events.timeMs, linkedMs), lte(events.receivedMs, linkedMs));
  db.update(events)
    .set({ user })
    .where(and(eq(events.user, visitor), isBefore))
    .run();
}
