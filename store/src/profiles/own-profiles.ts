/**
 * Keeps the own profile of each id, and the profile of each person. An id without links is a person by
 * itself, with one row in `profiles`. When ids are linked, each has its own row in `own_profiles`, and
 * `profiles` has their merged profile under the user's id. What a visitor's id does after its link is a
 * person's by itself again, in `profiles` under the visitor's id.
 */
import { eq, getTableColumns, inArray, or, sql } from "drizzle-orm";
import { mergeProfiles } from "@spillway/model/profile/merge-profiles.ts";
import { transact, type Database } from "../database.ts";
import { NO_ARRIVAL } from "./arrival.ts";
import { hasLinks, linkedPersonOf } from "./links.ts";
import { perDatabase } from "../prepared.ts";
import { deleteProfilesWhere, profileOf, putProfiles, type ProfileRow } from "./profiles.ts";
import { links, ownProfiles, profiles } from "../schema.ts";
import { toProfile, toProfileRow } from "./stored-profile.ts";

export function ownProfileOf(database: Database, id: string): ProfileRow | undefined {
  return linkedPersonOf(database, id) === undefined ? profileOf(database, id) : linkedRowOf(database, id);
}

/**
 * Writes own profiles, and merges them into the profiles of their people, in one transaction. `rows` has at
 * most one row for each id.
 */
export function putOwnProfiles(database: Database, rows: Iterable<ProfileRow>): void {
  transact(database, () => {
    // Without links there is nothing to look up. An import writes a million rows, so that this matters.
    if (!hasLinks(database)) return putProfiles(database, rows);
    const changed = new Set<string>();
    const unlinked = Iterator.from(rows).filter((row) => {
      const person = linkedPersonOf(database, row.user);
      if (person === undefined) return true;
      putLinkedRow(database, row);
      changed.add(person);
      return false;
    });
    putProfiles(database, unlinked);
    for (const person of changed) rebuildPerson(database, person);
  });
}

/** Merges the profiles of a person's ids again. When none of them has a profile, the person's is deleted. */
export function rebuildPerson(database: Database, user: string): void {
  const row = merged(user, ownProfilesOf(database, user));
  if (row === undefined) deleteProfile(database, user);
  else putProfiles(database, [row]);
}

const selectParts = perDatabase(({ db }) =>
  db
    .select(getTableColumns(ownProfiles))
    .from(ownProfiles)
    .where(
      or(
        eq(ownProfiles.user, sql.placeholder("user")),
        inArray(
          ownProfiles.user,
          db
            .select({ id: links.visitor })
            .from(links)
            .where(eq(links.user, sql.placeholder("user"))),
        ),
      ),
    )
    .prepare(),
);

/** Call it when a user gets its first visitor: it moves its profile into `own_profiles`, if it has one. */
export function moveToOwnProfiles(database: Database, id: string): void {
  const row = profileOf(database, id);
  if (row === undefined) return;
  putLinkedRow(database, merged(id, [linkedRowOf(database, id), row]) ?? row);
  deleteProfile(database, id);
}

/** Call it when a user has lost its last visitor: its own profile is the person's again. */
export function moveFromOwnProfiles(database: Database, id: string): void {
  const row = linkedRowOf(database, id);
  if (row === undefined) deleteProfile(database, id);
  else putProfiles(database, [row]);
  deleteLinkedRow(database, id);
}

/** Call it when a visitor's link is undone: what it had brought, and what its id did since, is one again. */
export function restoreVisitor(database: Database, visitor: string): void {
  const row = merged(visitor, [linkedRowOf(database, visitor), profileOf(database, visitor)]);
  if (row !== undefined) putProfiles(database, [row]);
  deleteLinkedRow(database, visitor);
}

/** Makes what a visitor has brought the user's own for good. The person's profile stays as it is. */
export function giveToUser(database: Database, visitor: string, user: string): void {
  const row = merged(user, [linkedRowOf(database, user), linkedRowOf(database, visitor)]);
  if (row !== undefined) putLinkedRow(database, row);
  deleteLinkedRow(database, visitor);
}

/** The profiles of one id as one row; undefined where there is none. */
function merged(user: string, rows: readonly (ProfileRow | undefined)[]): ProfileRow | undefined {
  const found = rows.filter((row) => row !== undefined);
  const source = found.find((row) => row.source !== "events")?.source ?? "events";
  return found.length === 0 ? undefined : toProfileRow(user, mergeProfiles(found.map(toProfile)), source);
}

export function linkedRowOf({ db }: Database, id: string): ProfileRow | undefined {
  return db.select().from(ownProfiles).where(eq(ownProfiles.user, id)).get();
}

/** Returns the own profiles of a person's ids, for those that have one; none for a person without links. */
export function ownProfilesOf(database: Database, user: string): ProfileRow[] {
  return selectParts(database).all({ user });
}

/** Deletes the own profiles of these ids and the profiles of those that are users. Returns how many rows. */
export function deleteProfilesOf(database: Database, ids: readonly string[]): number {
  const own = database.db.delete(ownProfiles).where(inArray(ownProfiles.user, ids)).run();
  return own.changes + deleteProfilesWhere(database, inArray(profiles.user, ids));
}

function deleteLinkedRow({ db }: Database, id: string): void {
  db.delete(ownProfiles).where(eq(ownProfiles.user, id)).run();
}

function putLinkedRow({ db }: Database, row: ProfileRow): void {
  const whole = { ...NO_ARRIVAL, ...row };
  db.insert(ownProfiles).values(whole).onConflictDoUpdate({ target: ownProfiles.user, set: whole }).run();
}

function deleteProfile(database: Database, id: string): void {
  deleteProfilesWhere(database, eq(profiles.user, id));
}
