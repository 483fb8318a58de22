/**
 * Dead letters that mention a user: what came with the events and could not be stored may be about somebody
 * all the same.
 */
import type { Database } from "@spillway/store/database.ts";
import { allLetters, dropLetter, type DeadLetter } from "@spillway/store/events/dead-letters.ts";

export function lettersOf(database: Database, ids: readonly string[]): DeadLetter[] {
  return allLetters(database, false).filter(({ body }) => mentions(body, ids));
}

/** A letter is one bad event, or something that is no batch of events: it goes whole. Returns how many. */
export function eraseLettersOf(database: Database, ids: readonly string[]): number {
  const letters = lettersOf(database, ids);
  for (const { id } of letters) dropLetter(database, id);
  return letters.length;
}

/**
 * `json`: as JSON.stringify writes it. Anywhere: what is wrong with a letter may be where its user stands.
 */
function mentions(json: string, ids: readonly string[]): boolean {
  return ids.some((id) => json.includes(JSON.stringify(id)));
}
