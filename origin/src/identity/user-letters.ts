/**
 * Finds and erases the dead letters that mention a user: what could not be stored as an event is personal
 * data too.
 */
import type { Database } from "@spillway/store/database.ts";
import { allLetters, dropLetter } from "@spillway/store/events/dead-letters.ts";
import type { DeadLetter } from "@spillway/store/operators/letter-store.ts";
import { mentionTest } from "./mentions.ts";

export function lettersOf(database: Database, ids: readonly string[]): DeadLetter[] {
  const isMentioned = mentionTest(ids);
  return allLetters(database, false).filter(({ body }) => isMentioned(body));
}

/** Deletes whole letters, since each is one bad event or no batch of events at all. Returns how many. */
export function eraseLettersOf(database: Database, ids: readonly string[]): number {
  const letters = lettersOf(database, ids);
  for (const { id } of letters) dropLetter(database, id);
  return letters.length;
}
