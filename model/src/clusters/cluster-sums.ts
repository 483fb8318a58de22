/**
 * Sums over the audience from which clusters' means and sizes follow. They are whole numbers, so that a user
 * who moves is taken out and put in again exactly, in whatever order. Pure.
 */
import type { Histories } from "../profile/histories.ts";
import { sharedArray } from "../workers/shared-memory.ts";

/**
 * A history's value, of at most 1, counts in so many parts. With 100 million users every sum is below 2^53.
 */
export const FIXED = 2 ** 20;

export type ClusterSums = {
  readonly items: number;
  /** Nodes × items, of each node's own examples: Σ value · {@link FIXED} · half visits. Whole, below 2^53. */
  readonly values: Float64Array;
  /** Half visits of each node's own examples that have a history. */
  readonly weights: Float64Array;
  /** Distinct users of each node, with those of the nodes below it. */
  readonly members: Int32Array;
};

/**
 * Where users stand in the tree: two examples of each (tree-examples.ts), but one of a user who is a
 * stranger.
 */
export type PlacedUsers = {
  readonly examples: Uint32Array;
  /** The node of each example. */
  readonly assigned: Uint32Array;
  /** The weight of each example, in half visits. */
  readonly halfVisits: Uint8Array;
};

export function emptySums(nodes: number, items: number): ClusterSums {
  return {
    items,
    values: sharedArray(Float64Array, nodes * items),
    weights: sharedArray(Float64Array, nodes),
    members: sharedArray(Int32Array, nodes),
  };
}

/** What an entry of a history adds to a sum, for each half visit. */
export function fixedPoint(value: number): number {
  // As Math.round, which takes longer: no value is negative, and the product and a half are exact.
  return Math.floor(value * FIXED + 0.5);
}

/** Adds users to the sums with `sign` 1, takes them out with -1. Items beyond the sums' are left out. */
export function addUsers(
  sums: ClusterSums,
  nodes: readonly { readonly parent: number }[],
  histories: Histories,
  placed: PlacedUsers,
  sign: 1 | -1,
): void {
  const { items, values, weights } = sums;
  const { starts, rows, values: entries } = histories;
  placed.examples.forEach((example, at) => {
    const user = example >> 1;
    const [from, to] = [starts[user]!, starts[user + 1]!];
    if (from === to) return;
    const node = placed.assigned[at]!;
    const weight = sign * placed.halfVisits[at]!;
    weights[node]! += weight;
    const base = node * items;
    for (let entry = from; entry < to; entry += 1) {
      if (rows[entry]! < items) values[base + rows[entry]!]! += weight * fixedPoint(entries[entry]!);
    }
  });
  countUsersInto(sums.members, nodes, placed, sign);
}

/** Adds the sums of one part of an audience to those of another. */
export function addSums(into: ClusterSums, part: ClusterSums): void {
  const { values, weights, members } = part;
  for (let at = 0; at < values.length; at += 1) into.values[at]! += values[at]!;
  for (let node = 0; node < weights.length; node += 1) {
    into.weights[node]! += weights[node]!;
    into.members[node]! += members[node]!;
  }
}

/**
 * The distinct users whom the assignment puts into each node or one below it, as known users or as strangers.
 */
export function countUsersInto(
  members: Int32Array,
  nodes: readonly { readonly parent: number }[],
  { examples, assigned }: Pick<PlacedUsers, "examples" | "assigned">,
  sign: 1 | -1,
): void {
  const lastUser = new Int32Array(nodes.length).fill(-1);
  examples.forEach((example, at) => {
    const user = example >> 1;
    // A user's two examples follow one another: a node that the first has reached does not count the second,
    // nor do its parents.
    for (let node = assigned[at]!; node >= 0 && lastUser[node] !== user; node = nodes[node]!.parent) {
      lastUser[node] = user;
      members[node]! += sign;
    }
  });
}

/** How many nodes' sums differ, in whatever: 0 for two passes over the same audience. */
export function differentNodes(a: ClusterSums, b: ClusterSums): number {
  let different = 0;
  for (let node = 0; node < a.weights.length; node += 1) {
    let same = a.weights[node] === b.weights[node] && a.members[node] === b.members[node];
    const end = (node + 1) * a.items;
    for (let at = node * a.items; same && at < end; at += 1) same = a.values[at] === b.values[at];
    if (!same) different += 1;
  }
  return different;
}
