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

/** Sums the histories of the nodes `from` … `to`. */
export function sumOwnHistories({ histories, starts, users, userWeights, from, to, sums }: OwnSums): void {
  const { rows, values } = histories;
  for (let node = from; node < to; node += 1) {
    const base = node * sums.items;
    for (let at = starts[node]!; at < starts[node + 1]!; at += 1) {
      const user = users[at]!;
      const first = histories.starts[user]!;
      const end = histories.starts[user + 1]!;
      if (first === end) continue;
      const weight = userWeights[at]!;
      sums.weights[node]! += weight;
      for (let entry = first; entry < end; entry += 1) {
        sums.values[base + rows[entry]!]! += weight * fixedPoint(values[entry]!);
      }
    }
  }
}
