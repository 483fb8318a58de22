/** The part of the means that threads share: a few items' means of all clusters, from the sums. Pure. */
import type { Range } from "../workers/ranges.ts";
import { FIXED, type ClusterSums } from "./cluster-sums.ts";

/** Items at a time: of a thousand nodes they fit into the cache. */
const BLOCK_ITEMS = 64;

export type MeansTask = Range & {
  readonly parents: Int32Array;
  readonly priorWeights: Float64Array;
  /** Of each node with those below it, in visits. */
  readonly weights: Float64Array;
  readonly sums: ClusterSums;
  /** Nodes × items: the means that stand. */
  readonly means: Float32Array;
  /** Nodes × items; written. It may be `means`. */
  readonly into: Float32Array;
};

/** By node: Σ |mean from the sums − mean that stands| and Σ |mean from the sums|. */
export type Moved = { readonly moved: Float64Array; readonly size: Float64Array };

/** The items `from` … `to` of all nodes. */
export function meansOfItems(task: MeansTask): Moved {
  const { from, to, parents } = task;
  const block = new Float64Array(parents.length * BLOCK_ITEMS);
  const moved = new Float64Array(parents.length);
  const size = new Float64Array(parents.length);
  for (let first = from; first < to; first += BLOCK_ITEMS) {
    const count = Math.min(BLOCK_ITEMS, to - first);
    sumUp(task, block, first, count);
    shrinkDown(task, block, count);
    for (let node = 0; node < parents.length; node += 1) {
      const base = node * task.sums.items + first;
      for (let item = 0; item < count; item += 1) {
        const mean = block[node * BLOCK_ITEMS + item]!;
        moved[node]! += Math.abs(mean - task.means[base + item]!);
        size[node]! += mean;
        task.into[base + item] = mean;
      }
    }
  }
  return { moved, size };
}

/** Each node's sums with those of the nodes below it. */
function sumUp({ parents, sums }: MeansTask, block: Float64Array, first: number, count: number): void {
  for (let node = 0; node < parents.length; node += 1) {
    const base = node * sums.items + first;
    for (let item = 0; item < count; item += 1) block[node * BLOCK_ITEMS + item] = sums.values[base + item]!;
  }
  for (let node = parents.length - 1; node > 0; node -= 1) {
    const above = parents[node]! * BLOCK_ITEMS;
    for (let item = 0; item < count; item += 1) block[above + item]! += block[node * BLOCK_ITEMS + item]!;
  }
}

/** From sums to means in 32 bits, each shrunk towards its parent's. */
function shrinkDown({ parents, priorWeights, weights }: MeansTask, block: Float64Array, count: number): void {
  for (let node = 0; node < parents.length; node += 1) {
    const prior = priorWeights[node]!;
    const scale = weights[node]! + prior === 0 ? 0 : 1 / (weights[node]! + prior);
    const above = parents[node]! * BLOCK_ITEMS;
    for (let item = 0; item < count; item += 1) {
      const own = block[node * BLOCK_ITEMS + item]! / (2 * FIXED);
      const shrunk = (own + (prior === 0 ? 0 : prior * block[above + item]!)) * scale;
      block[node * BLOCK_ITEMS + item] = Math.fround(shrunk);
    }
  }
}
