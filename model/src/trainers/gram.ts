/** Co-occurrence counts G = XᵀX of plays: how many users have played both of two items. Pure. */
import type { Histories } from "../profile/histories.ts";
import { sharedArray } from "../workers/shared-memory.ts";

export type Plays = Pick<Histories, "starts" | "playEnds" | "rows">;

/** The users who have played item i stand at starts[i] … starts[i + 1]. On shared memory. */
export type Players = { readonly starts: Uint32Array; readonly users: Uint32Array };

export function playersOf({ starts, playEnds, rows }: Plays, items: number): Players {
  const itemStarts = sharedArray(Uint32Array, items + 1);
  const users = playEnds.length;
  for (let user = 0; user < users; user += 1) {
    for (let at = starts[user]!; at < playEnds[user]!; at += 1) itemStarts[rows[at]! + 1]! += 1;
  }
  for (let item = 0; item < items; item += 1) itemStarts[item + 1]! += itemStarts[item]!;
  const players = sharedArray(Uint32Array, itemStarts[items]!);
  const next = itemStarts.slice();
  for (let user = 0; user < users; user += 1) {
    for (let at = starts[user]!; at < playEnds[user]!; at += 1) players[next[rows[at]!]!++] = user;
  }
  return { starts: itemStarts, users: players };
}

/** Adds one row of G to `counts`: the co-occurrences of `target` with every item, with itself too. */
export function addCoOccurrences(
  { starts, playEnds, rows }: Plays,
  players: Players,
  target: number,
  counts: Float32Array | Float64Array,
): void {
  const last = players.starts[target + 1]!;
  for (let at = players.starts[target]!; at < last; at += 1) {
    const user = players.users[at]!;
    const end = playEnds[user]!;
    for (let b = starts[user]!; b < end; b += 1) counts[rows[b]!]! += 1;
  }
}
