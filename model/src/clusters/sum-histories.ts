/**
 * The part of the sums that threads share: weighted sums of the histories of each node's own examples. Pure.
 */
import type { Histories } from "../profile/histories.ts";
import type { Range } from "../workers/ranges.ts";
import { fixedPoint, type ClusterSums } from "./cluster-sums.ts";

export type OwnSums = Range & {
  readonly histories: Histories;
  /** Node n's examples stand at starts[n] … starts[n + 1]. */
  readonly starts: Uint32Array;
  readonly users: Uint32Array;
  /** In half visits. */
  readonly userWeights: Uint8Array;
  /** Values and weights are written. */
  readonly sums: ClusterSums;
};

/** Adds the histories of the nodes `from` … `to` to their sums. */
export function sumOwnHistories(input: OwnSums): void {
  const { histories, starts, users, userWeights, from, to, sums } = input;
  const { starts: firsts, rows, values } = histories;
  for (let node = from; node < to; node += 1) {
    const own = sums.values.subarray(node * sums.items, (node + 1) * sums.items);
    let weights = 0;
    for (let at = starts[node]!; at < starts[node + 1]!; at += 1) {
      const user = users[at]!;
      const first = firsts[user]!;
      const end = firsts[user + 1]!;
      const weight = userWeights[at]!;
      if (first < end) weights += weight;
      for (let entry = first; entry < end; entry += 1) {
        own[rows[entry]!]! += weight * fixedPoint(values[entry]!);
      }
    }
    sums.weights[node]! += weights;
  }
}
