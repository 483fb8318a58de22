/** What a cluster's members would be shown on average, and how much of it the cluster's own page keeps. */
import type { Histories } from "../trainers/histories.ts";
import { addScores, type ItemModel } from "../scoring/item-model.ts";
import { ranges, type WorkerPool } from "../workers/pool.ts";
import type { GrownNode } from "./grow-tree.ts";
import type { OwnSums } from "../workers/means-worker.ts";
import type { Moments } from "./tree-audience.ts";

const WORKER = new URL("../workers/means-worker.ts", import.meta.url);
const RANGES_PER_THREAD = 4;

export type MeansInput = {
  readonly nodes: readonly GrownNode[];
  readonly histories: Histories;
  readonly items: number;
  readonly rows: Uint32Array;
  /** Node of each row. */
  readonly assigned: Uint32Array;
  /** Weight of each row. */
  readonly weights: Float32Array;
};

/**
 * Mean history of each node's members, by row of the model, nodes in their order: nodes × items, on shared memory.
 * Since scores are linear, the mean of the members' individual scores is this mean · B: one product a cluster
 * (docs/architecture.md#ranking). Each is shrunk towards its parent's.
 */
export async function meanHistories(input: MeansInput, pool: WorkerPool): Promise<Float32Array> {
  const { nodes, items } = input;
  const means = new Float32Array(new SharedArrayBuffer(4 * nodes.length * items));
  const weights = new Float64Array(new SharedArrayBuffer(8 * nodes.length));
  const grouped = groupRows(input);
  await Promise.all(
    ranges(nodes.length, RANGES_PER_THREAD * pool.threads).map(async (range) => {
      const task: OwnSums = { ...grouped, ...range, histories: input.histories, items, means, weights };
      await pool.run(WORKER, "sumOwnRows", task);
    }),
  );
  for (let at = nodes.length - 1; at > 0; at -= 1) {
    const { parent } = nodes[at]!;
    weights[parent]! += weights[at]!;
    const from = at * items;
    const to = parent * items;
    for (let item = 0; item < items; item += 1) means[to + item]! += means[from + item]!;
  }
  nodes.forEach(({ parent, priorWeight }, at) => {
    const prior = parent < 0 ? 0 : priorWeight;
    const scale = weights[at]! + prior === 0 ? 0 : 1 / (weights[at]! + prior);
    const own = at * items;
    const above = parent * items;
    for (let item = 0; item < items; item += 1) {
      means[own + item] = (means[own + item]! + (prior === 0 ? 0 : prior * means[above + item]!)) * scale;
    }
  });
  return means;
}

/** Counting sort: node n's rows stand at starts[n] … starts[n + 1], with the user and the weight of each. On shared memory. */
function groupRows({
  nodes,
  rows,
  assigned,
  weights,
}: MeansInput): Pick<OwnSums, "starts" | "users" | "userWeights"> {
  const starts = new Uint32Array(new SharedArrayBuffer(4 * (nodes.length + 1)));
  for (const node of assigned) starts[node + 1]! += 1;
  for (let node = 0; node < nodes.length; node += 1) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const users = new Uint32Array(new SharedArrayBuffer(4 * rows.length));
  const userWeights = new Float32Array(new SharedArrayBuffer(4 * rows.length));
  rows.forEach((row, at) => {
    const to = next[assigned[at]!]!++;
    users[to] = row >> 1;
    userWeights[to] = weights[at]!;
  });
  return { starts, users, userWeights };
}

export function clusterScores(mean: Float32Array, model: ItemModel): Float32Array {
  const rows = Uint32Array.from(mean.keys()).filter((row) => mean[row]! > 0);
  const x = { rows, values: Float32Array.from(rows, (row) => mean[row]!) };
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
  const { parent: above, priorWeight, moments: own } = nodes[at]!;
  const parent = nodes[above]?.moments;
  if (parent === undefined || own.weight === 0 || parent.weight === 0) return 0;
  const parentMean = parent.sum.map((value) => value / parent.weight);
  const shrunk = own.sum.map(
    (value, d) => (value + priorWeight * parentMean[d]!) / (own.weight + priorWeight),
  );
  const withParent = squaredError(own, parentMean);
  return withParent <= 0 ? 0 : Math.max(0, (withParent - squaredError(own, shrunk)) / withParent);
}

/** Σ w·|y − point|² for sketches of length 1. */
function squaredError({ sum, weight }: Moments, point: Float64Array): number {
  return sum.reduce((total, value, d) => total + point[d]! * (weight * point[d]! - 2 * value), weight);
}
