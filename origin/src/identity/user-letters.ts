/**
 * Finds and erases the dead letters that mention a user: what could not be stored as an event is personal
 * data too.
 */
import type { Database } from "@spillway/store/database.ts";
import { allLetters, dropLetter, type DeadLetter } from "@spillway/store/events/dead-letters.ts";

export function lettersOf(database: Database, ids: readonly string[]): DeadLetter[] {
  return allLetters(database, false).filter(({ body }) => mentions(body, ids));
}

/** Deletes whole letters, since each is one bad event or no batch of events at all. Returns how many. */
export function eraseLettersOf(database: Database, ids: readonly string[]): number {
  const letters = lettersOf(database, ids);
  for (const { id } of letters) dropLetter(database, id);
  return letters.length;
}

/**
 * Searches the whole text, since the user may stand in a wrong place. `json` is as JSON.stringify writes it.
 */
function mentions(json: string, ids: readonly string[]): boolean {
  return ids.some((id) => json.includes(JSON.stringify(id)));
}
