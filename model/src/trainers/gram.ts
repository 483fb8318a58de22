/** Co-occurrence counts G = XᵀX of plays: how many users have played both of two items. Pure. */
import type { Histories } from "../profile/histories.ts";
import { sharedArray } from "../workers/shared-memory.ts";

export type Plays = Pick<Histories, "starts" | "playEnds" | "rows">;

/** A matrix of zeros and ones: row r's columns stand at starts[r] … starts[r + 1]. On shared memory. */
export type SparseRows = { readonly starts: Uint32Array; readonly columns: Uint32Array };

/** Who has played each item, users ascending. */
export function playersOf({ starts, playEnds, rows }: Plays, items: number): SparseRows {
  const itemStarts = sharedArray(Uint32Array, items + 1);
  const users = playEnds.length;
  for (let user = 0; user < users; user += 1) {
    for (let at = starts[user]!; at < playEnds[user]!; at += 1) itemStarts[rows[at]! + 1]! += 1;
  }
  for (let item = 0; item < items; item += 1) itemStarts[item + 1]! += itemStarts[item]!;
  const columns = sharedArray(Uint32Array, itemStarts[items]!);
  const next = itemStarts.slice();
  for (let user = 0; user < users; user += 1) {
    for (let at = starts[user]!; at < playEnds[user]!; at += 1) columns[next[rows[at]!]!++] = user;
  }
  return { starts: itemStarts, columns };
}

/** `count`: of the rows that it gets; each has its columns ascending. */
export function transpose({ starts, columns }: SparseRows, count: number): SparseRows {
  const rows = starts.length - 1;
  return playersOf({ starts, playEnds: starts.subarray(1, rows + 1), rows: columns }, count);
}

/** Both ways: who has played each item, and what each user has played. */
export type Played = { readonly players: SparseRows; readonly histories: SparseRows };

export function playedBy(plays: Plays, items: number): Played {
  const players = playersOf(plays, items);
  return { players, histories: transpose(players, plays.playEnds.length) };
}

/**
 * Adds one row of the product of a matrix with its transpose to `counts`: what row `target` has in common
 * with each row up to `last`, itself included. The columns of `transposed` ascend.
 */
export function addCoOccurrences(
  rows: SparseRows,
  transposed: SparseRows,
  target: number,
  last: number,
  counts: Float32Array | Float64Array,
): void {
  const { starts, columns } = transposed;
  const end = rows.starts[target + 1]!;
  for (let at = rows.starts[target]!; at < end; at += 1) {
    const column = rows.columns[at]!;
    const stop = starts[column + 1]!;
    for (let b = starts[column]!; b < stop; b += 1) {
      const other = columns[b]!;
      if (other > last) break;
      counts[other]! += 1;
    }
  }
}
