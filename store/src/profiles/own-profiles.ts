/**
 * Keeps the own profile of each id, and the profile of each person. An id without links is a person by
 * itself, with one row in `profiles`. When ids are linked, each has its own row in `own_profiles`, and
 * `profiles` has their merged profile under the user's id.
 */
import { eq, getTableColumns, inArray, or, sql } from "drizzle-orm";
import { mergeProfiles } from "@spillway/model/profile/merge-profiles.ts";
import { transact, type Database } from "../database.ts";
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
  const rows = ownProfilesOf(database, user);
  if (rows.length === 0) {
    deleteProfile(database, user);
    return;
  }
  const source = rows.find((row) => row.source !== "events")?.source ?? "events";
  putProfiles(database, [toProfileRow(user, mergeProfiles(rows.map(toProfile)), source)]);
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

/** Call it when an id gets its first link: it moves its profile into `own_profiles`, if it has one. */
export function moveToOwnProfiles(database: Database, id: string): void {
  const row = profileOf(database, id);
  if (row === undefined) return;
  putLinkedRow(database, row);
  deleteProfile(database, id);
}

/** Call it when an id has lost its last link: it moves its own profile back into `profiles`. */
export function moveFromOwnProfiles(database: Database, id: string): void {
  const row = linkedRowOf(database, id);
  if (row === undefined) deleteProfile(database, id);
  else putProfiles(database, [row]);
  database.db.delete(ownProfiles).where(eq(ownProfiles.user, id)).run();
}

function linkedRowOf({ db }: Database, id: string): ProfileRow | undefined {
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

function putLinkedRow({ db }: Database, row: ProfileRow): void {
  db.insert(ownProfiles).values(row).onConflictDoUpdate({ target: ownProfiles.user, set: row }).run();
}

function deleteProfile(database: Database, id: string): void {
  deleteProfilesWhere(database, eq(profiles.user, id));
}
