/** Removes the demo when real data comes. */
import { eq, inArray } from "drizzle-orm";
import { transact, type Database } from "./database.ts";
import { deleteDocument } from "./documents.ts";
import { events, items, profiles } from "./schema.ts";

export type DemoRemoval = { readonly items: number; readonly users: number; readonly events: number };

/** Demo items, demo users, their events, and the demo's clock, so that real time holds. */
export function deleteDemo(database: Database): DemoRemoval {
  const { db } = database;
  return transact(database, () => {
    const demoUsers = db.select({ user: profiles.user }).from(profiles).where(eq(profiles.source, "demo"));
    const removedEvents = db.delete(events).where(inArray(events.user, demoUsers)).run().changes;
    const users = db.delete(profiles).where(eq(profiles.source, "demo")).run().changes;
    const removedItems = db.delete(items).where(eq(items.source, "demo")).run().changes;
    if (removedItems + users > 0) deleteDocument(database, "clock");
    return { items: removedItems, users, events: removedEvents };
  });
}
