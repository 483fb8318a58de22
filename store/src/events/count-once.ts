/** Makes the key by which an action of one visitor with one item on one cluster's pages counts once a day. */
import { hash } from "node:crypto";

const DAY_MS = 24 * 3600 * 1000;

/** Each action counts once: an item was on the page, was opened, or was played. */
export type CountedAction = "shown" | "opened" | "played";

/** Returns the number of UTC days since 1970. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/**
 * A key has 15 bits for the day and, below them, 38 bits of a hash. So it is a safe integer, SQLite can use
 * it as its own row key, and keys are in the order of days. With 20 million keys in a day, one action in
 * 14,000 has the same key as another one and is not counted, which changes no ranking.
 */
const HASH_RANGE = 2 ** 38;

export function firstKeyOf(day: number): number {
  return day * HASH_RANGE;
}

export function countOnceKey(
  day: number,
  action: CountedAction,
  cluster: string,
  item: number,
  user: string,
): number {
  return keyOf(day, `${action}\n${cluster}\n${item}\n${user}`);
}

/**
 * Returns the keys by which at most `places` visitors of a network count in a day: each visitor has one of
 * the places, by a hash, and whoever takes it first keeps it.
 */
export function networkPlaceKeys(
  day: number,
  network: string,
  user: string,
  places: number,
): { readonly place: number; readonly holder: number } {
  const number = hash("sha256", `place\n${network}\n${user}`, "buffer").readUInt32BE(0) % places;
  return {
    place: keyOf(day, `network\n${network}\n${number}`),
    holder: keyOf(day, `holder\n${network}\n${user}`),
  };
}

function keyOf(day: number, text: string): number {
  return firstKeyOf(day) + (hash("sha256", text, "buffer").readUIntBE(0, 6) % HASH_RANGE);
}
