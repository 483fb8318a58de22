/** The key under which one visitor's doing with one item on one cluster's pages counts once a day. */
import { hash } from "node:crypto";

const DAY_MS = 24 * 3600 * 1000;

/** What counts once each: that an item was there, that it was opened, that it was played. */
export type Counted = "shown" | "opened" | "played";

/** UTC days since 1970. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/**
 * 38 bits of hash below 15 bits of day: a key of SQLite's own size, in the order of days, that still is a safe integer. With
 * 20 million of them in a day one doing in 14,000 is taken for another one's and not counted; which does no harm.
 */
const HASH_RANGE = 2 ** 38;

export function firstKeyOf(day: number): number {
  return day * HASH_RANGE;
}

export function countOnceKey(
  day: number,
  counted: Counted,
  cluster: string,
  item: number,
  user: string,
): number {
  const digest = hash("sha256", `${counted}\n${cluster}\n${item}\n${user}`, "buffer");
  return firstKeyOf(day) + (digest.readUIntBE(0, 6) % HASH_RANGE);
}
