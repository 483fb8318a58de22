/** Texts of a log for people: agents and ids are what clients send, which may steer a terminal. */

const MAX_CHARACTERS = 80;
/** Controls, and signs that change the direction of what follows. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export function printable(text: string, most: number = MAX_CHARACTERS): string {
  const seen = text.slice(0, 2 * most).replaceAll(UNSEEN, "\u{FFFD}");
  return seen.length > most ? `${seen.slice(0, most - 1)}…` : seen;
}
