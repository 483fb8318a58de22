/** Dead letters that mention a user: what came with the events and could not be stored may be about somebody all the same. */
import { sortLetter } from "../dead-letters/sort-letter.ts";
import type { Database } from "../store/database.ts";
import { allLetters, dropLetter, updateLetter, type DeadLetter } from "../store/dead-letters.ts";

export function lettersOf(database: Database, ids: readonly string[]): DeadLetter[] {
  return allLetters(database, false).filter(({ body }) => mentions(body, ids));
}

/** Their events go out of the letters; a letter that holds nothing else, or no events, goes whole. Returns how many changed. */
export function eraseFromLetters(database: Database, ids: readonly string[]): number {
  const letters = lettersOf(database, ids);
  for (const { id, body, reason } of letters) {
    const parsed = JSON.parse(body) as { events?: unknown } | null;
    const events: unknown[] = Array.isArray(parsed?.events) ? parsed.events : [];
    const others = { events: events.filter((event) => !mentions(JSON.stringify(event), ids)) };
    // The old reason counts events that are no longer there.
    const change = { body: JSON.stringify(others), reason: sortLetter(others).rest?.reason ?? reason };
    if (others.events.length === 0) dropLetter(database, id);
    else updateLetter(database, id, change);
  }
  return letters.length;
}

/** `json`: as JSON.stringify writes it. Anywhere: what is wrong with a letter may be where its user stands. */
function mentions(json: string, ids: readonly string[]): boolean {
  return ids.some((id) => json.includes(JSON.stringify(id)));
}
