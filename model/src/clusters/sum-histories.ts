/**
 * The part of the means that threads share: weighted sums of the histories of each node's own examples. Pure.
 */
import type { Histories } from "../profile/histories.ts";
import type { Range } from "../workers/ranges.ts";

export type OwnSums = Range & {
  readonly histories: Histories;
  readonly items: number;
  /** Node n's examples stand at starts[n] … starts[n + 1]. */
  readonly starts: Uint32Array;
  readonly users: Uint32Array;
  readonly userWeights: Float32Array;
  /** nodes × items; written. */
  readonly means: Float32Array;
  /** Weight of the examples that have a history, by node; written. */
  readonly weights: Float64Array;
};

/** Sums the histories of the nodes `from` … `to`. */
export function sumOwnHistories({
  histories,
  items,
  starts,
  users,
  userWeights,
  from,
  to,
  means,
  weights,
}: OwnSums): void {
  const { rows, values } = histories;
  for (let node = from; node < to; node += 1) {
    const base = node * items;
    for (let at = starts[node]!; at < starts[node + 1]!; at += 1) {
      const user = users[at]!;
      const first = histories.starts[user]!;
      const end = histories.starts[user + 1]!;
      if (first === end) continue;
      const weight = userWeights[at]!;
      weights[node]! += weight;
      for (let entry = first; entry < end; entry += 1) means[base + rows[entry]!]! += weight * values[entry]!;
    }
  }
}
