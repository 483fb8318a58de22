/** Removes the demo's data, which happens when real data is imported. */
import { eq, inArray, or } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { transact, type Database } from "../database.ts";
import { deleteDocument } from "../documents.ts";
import { deleteProfilesWhere } from "../profiles/profiles.ts";
import { events, items, links, ownProfiles, profiles } from "../schema.ts";

export type DemoRemoval = {
  readonly items: number;
  readonly users: number;
  readonly events: number;
  /** The ids of the items. */
  readonly itemIds: readonly string[];
};

/**
 * Deletes the demo's items and users, their events, and the demo's clock, so that the content's clock is the
 * real one.
 */
export function deleteDemo(database: Database): DemoRemoval {
  const { db } = database;
  return transact(database, () => {
    const demoUsers = db.select({ user: profiles.user }).from(profiles).where(eq(profiles.source, "demo"));
    // A visitor who logged in as a demo user is deleted with that user.
    const visitors = db.select({ id: links.visitor }).from(links).where(inArray(links.user, demoUsers));
    const isOfDemo = (id: SQLiteColumn) => or(inArray(id, demoUsers), inArray(id, visitors));
    const removedEvents = db.delete(events).where(isOfDemo(events.user)).run().changes;
    db.delete(ownProfiles).where(isOfDemo(ownProfiles.user)).run();
    db.delete(links).where(inArray(links.user, demoUsers)).run();
    const users = deleteProfilesWhere(database, eq(profiles.source, "demo"));
    const removed = db.delete(items).where(eq(items.source, "demo")).returning({ id: items.id }).all();
    if (removed.length + users > 0) deleteDocument(database, "clock");
    const itemIds = removed.map(({ id }) => id);
    return { items: itemIds.length, users, events: removedEvents, itemIds };
  });
}

/** True where all that is stored is the demo's: its catalogue, and nobody's imported history. */
export function isDemo({ db }: Database): boolean {
  const sources = db.selectDistinct({ source: items.source }).from(items).all();
  const imported = db
    .select({ user: profiles.user })
    .from(profiles)
    .where(eq(profiles.source, "import"))
    .limit(1);
  return sources.length === 1 && sources[0]?.source === "demo" && imported.all().length === 0;
}
