/** Stores links: which visitor is which user. */
import { and, asc, eq, sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { links } from "../schema.ts";

export type Link = typeof links.$inferSelect;

/**
 * Whether an event of a linked visitor is the user's: what the edge took until the link, or the origin did.
 * What comes later under the same id may be anybody's who has kept it, or has planted it.
 */
export function isBeforeLink(
  { linkedMs }: Pick<Link, "linkedMs">,
  { timeMs, receivedMs }: { readonly timeMs: number; readonly receivedMs: number },
): boolean {
  return Math.min(timeMs, receivedMs) <= linkedMs;
}

const selectPerson = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[string, string], string>("SELECT user FROM links WHERE visitor = ? OR user = ? LIMIT 1")
    .pluck(),
);

/**
 * Returns the user of a linked visitor, or the user itself when it has visitors; undefined for an id without
 * links.
 */
export function linkedPersonOf(database: Database, id: string): string | undefined {
  return selectPerson(database).get(id, id);
}

export function hasLinks({ db }: Database): boolean {
  return db.select().from(links).limit(1).get() !== undefined;
}

const selectByVisitor = perDatabase(({ db }) =>
  db
    .select()
    .from(links)
    .where(eq(links.visitor, sql.placeholder("visitor")))
    .prepare(),
);

export function linkOf(database: Database, visitor: string): Link | undefined {
  return selectByVisitor(database).get({ visitor });
}

const selectByUser = perDatabase(({ db }) =>
  db
    .select()
    .from(links)
    .where(eq(links.user, sql.placeholder("user")))
    .orderBy(asc(links.visitor))
    .prepare(),
);

export function linksOf(database: Database, user: string): Link[] {
  return selectByUser(database).all({ user });
}

/** Returns the user's own id, followed by those of its visitors. */
export function idsOf(database: Database, user: string): string[] {
  return [user, ...linksOf(database, user).map(({ visitor }) => visitor)];
}

const selectVisitors = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], string>("SELECT visitor FROM links").pluck(),
);

/** Iterates over the visitors of all users. No other query may run on this connection before the end. */
export function linkedVisitors(database: Database): IterableIterator<string> {
  return selectVisitors(database).iterate();
}

/** Returns the link by which `user` came to have `successor` as the browser's id. */
export function linkBySuccessor({ db }: Database, user: string, successor: string): Link | undefined {
  return db
    .select()
    .from(links)
    .where(and(eq(links.user, user), eq(links.successor, successor)))
    .get();
}

/** Replaces the visitor's link, if it has one. */
export function putLink({ db }: Database, link: Link): void {
  db.insert(links).values(link).onConflictDoUpdate({ target: links.visitor, set: link }).run();
}

export function deleteLink({ db }: Database, visitor: string): void {
  db.delete(links).where(eq(links.visitor, visitor)).run();
}
