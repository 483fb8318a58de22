/** What a cluster's members would be shown on average, and how much of it the cluster's own page keeps. Pure. */
import { addScores, type ItemModel, type SparseVector } from "../ranking/model.ts";
import type { GrownNode } from "./grow-tree.ts";
import { usersIn, type Moments } from "./split.ts";

/** A cluster counts with as many members of its parent's taste: small clusters are pulled towards the parent. */
const SHRINKAGE_MEMBERS = 10;

/** The parent's weight in a node's mean, in the unit of the node's own weight (visits): that of ten average members. */
function priorWeight(node: GrownNode): number {
  const told = usersIn(node.rows.filter(({ sketchAt }) => sketchAt >= 0));
  return told === 0 ? 1 : (SHRINKAGE_MEMBERS * node.moments.weight) / told;
}

/**
 * Mean history of each node's members, by row of the model, nodes in their order. Since scores are linear, the mean of
 * the members' individual scores is this mean · B: one product a cluster (DESIGN §7).
 */
export function meanHistories(
  nodes: readonly GrownNode[],
  histories: readonly SparseVector[],
  size: number,
): Float32Array[] {
  const means: Float32Array[] = [];
  for (const node of nodes) {
    const mean = new Float32Array(size);
    let weight = 0;
    for (const row of node.rows) {
      if (row.sketchAt < 0) continue;
      const x = histories[row.user]!;
      weight += row.weight;
      for (let at = 0; at < x.rows.length; at += 1) mean[x.rows[at]!]! += row.weight * x.values[at]!;
    }
    const parent = means[node.parent];
    const prior = parent === undefined ? 0 : priorWeight(node);
    const scale = weight + prior === 0 ? 0 : 1 / (weight + prior);
    for (let row = 0; row < size; row += 1) mean[row] = (mean[row]! + prior * (parent?.[row] ?? 0)) * scale;
    means.push(mean);
  }
  return means;
}

export function clusterScores(mean: Float32Array, model: ItemModel): Float32Array {
  const rows: number[] = [];
  for (let row = 0; row < mean.length; row += 1) if (mean[row]! > 0) rows.push(row);
  const x = { rows: Uint32Array.from(rows), values: Float32Array.from(rows, (row) => mean[row]!) };
  const scores = new Float32Array(model.itemSeqs.length);
  addScores(model, x, 1, scores);
  return scores;
}

/**
 * Gain over the parent: the share by which the node's page, its mean shrunk towards the parent's, reduces its members'
 * mean squared distance to what they are shown, compared with the parent's page. Measured on the members that made the
 * page; 0 for the root.
 */
export function gainOverParent(nodes: readonly GrownNode[], at: number): number {
  const node = nodes[at]!;
  const parent = nodes[node.parent]?.moments;
  const own = node.moments;
  if (parent === undefined || own.weight === 0 || parent.weight === 0) return 0;
  const prior = priorWeight(node);
  const parentMean = parent.sum.map((value) => value / parent.weight);
  const shrunk = own.sum.map((value, d) => (value + prior * parentMean[d]!) / (own.weight + prior));
  const withParent = squaredError(own, parentMean);
  return withParent <= 0 ? 0 : Math.max(0, (withParent - squaredError(own, shrunk)) / withParent);
}

/** Σ w·|y − point|² */
function squaredError({ sum, weight, squares }: Moments, point: Float64Array): number {
  return sum.reduce((total, value, d) => total + point[d]! * (weight * point[d]! - 2 * value), squares);
}
