/**
 * How many users have played both of two items, for every pair, and the part of counting them that threads
 * share (pair-counts.ts). Pure.
 */
import type { Range } from "../workers/ranges.ts";
import { addCoOccurrences, type SparseRows } from "./gram.ts";

/** The count of items a < b stands at offsets[a] + b. On shared memory. */
export type PairCounts = {
  readonly values: Uint16Array | Float32Array | Float64Array;
  readonly offsets: Float64Array;
};

/** Of a triangle without gaps. */
export function pairBytes(items: number, users: number): number {
  return (bytesPerCount(users) * items * (items - 1)) / 2;
}

/** A count is at most the number of users. */
export function bytesPerCount(users: number): 2 | 4 {
  return users < 2 ** 16 ? 2 : 4;
}

export type PairInput = Range & {
  readonly players: SparseRows;
  readonly histories: SparseRows;
  readonly counts: PairCounts;
};

/** Counts the pairs of the items `from` … `to` with each item behind them. */
export function pairRows({ players, histories, counts, from, to }: PairInput): void {
  const items = players.starts.length - 1;
  const row = new Float32Array(items);
  for (let item = from; item < to; item += 1) {
    row.fill(0, item);
    addCoOccurrences(players, histories, item, items, row);
    counts.values.set(row.subarray(item + 1), counts.offsets[item]! + item + 1);
  }
}
