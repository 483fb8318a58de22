/** All events of some ids, to export or to erase. */
import { asc, inArray } from "drizzle-orm";
import type { Database } from "../database.ts";
import { events } from "../schema.ts";

export type EventRow = typeof events.$inferSelect;

/** In the order of arrival. */
export function everyEventOf({ db }: Database, ids: readonly string[]): EventRow[] {
  return db.select().from(events).where(inArray(events.user, ids)).orderBy(asc(events.seq)).all();
}

/** Returns how many. Their numbers are not given again, so that no cursor misses an event. */
export function deleteEventsOf({ db }: Database, ids: readonly string[]): number {
  return db.delete(events).where(inArray(events.user, ids)).run().changes;
}
