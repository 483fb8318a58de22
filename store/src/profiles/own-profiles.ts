/**
 * What is known from one id by itself. An id without links is its own person, and its row of `profiles` is all there is. Of
 * linked people each id has a row of its own in `own_profiles`, and `profiles` has what they amount to, under the user.
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

/** Writes the rows whole, and with them the profiles of the people they are of; all or nothing. One row for each id at most. */
export function putOwnProfiles(database: Database, rows: Iterable<ProfileRow>): void {
  transact(database, () => {
    // An import writes a million rows.
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

/** The person's profile anew, from those of the person's ids; without any, there is none. */
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

/** When an id gets its first link: its profile so far is its own part from now on. Without a profile, nothing happens. */
export function setApart(database: Database, id: string): void {
  const row = profileOf(database, id);
  if (row === undefined) return;
  putLinkedRow(database, row);
  deleteProfile(database, id);
}

/** When an id has lost its last link: its own part is its whole profile again. */
export function makeWhole(database: Database, id: string): void {
  const row = linkedRowOf(database, id);
  if (row === undefined) deleteProfile(database, id);
  else putProfiles(database, [row]);
  database.db.delete(ownProfiles).where(eq(ownProfiles.user, id)).run();
}

function linkedRowOf({ db }: Database, id: string): ProfileRow | undefined {
  return db.select().from(ownProfiles).where(eq(ownProfiles.user, id)).get();
}

/** Of the person's ids, those that have one; none for a person without links. */
export function ownProfilesOf(database: Database, user: string): ProfileRow[] {
  return selectParts(database).all({ user });
}

/** Of these ids and, where one is a user, of the person. Returns how many. */
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
