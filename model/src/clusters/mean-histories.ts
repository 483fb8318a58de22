/**
 * The mean of what a cluster's members watch, from which the cluster's page follows; and what the page gains
 * over its parent's.
 */
import type { Histories } from "../profile/histories.ts";
import { addScores, type ItemModel } from "../scoring/item-model.ts";
import { ranges } from "../workers/ranges.ts";
import { countUsersInto, emptySums, type ClusterSums, type PlacedUsers } from "./cluster-sums.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import type { GrownNode } from "./grow-tree.ts";
import { sumOwnHistories, type OwnSums } from "./sum-histories.ts";
import { writeMeans } from "./write-means.ts";
import type { Moments } from "./tree-examples.ts";
import { sharedArray } from "../workers/shared-memory.ts";

const RANGES_PER_THREAD = 4;

export type SumsInput = PlacedUsers & {
  readonly nodes: readonly GrownNode[];
  readonly histories: Histories;
};

/** The sums over a whole audience, on all threads. */
export async function sumHistories(
  { items, ...input }: SumsInput & { readonly items: number },
  pool: TaskPool,
): Promise<ClusterSums> {
  const { nodes, histories } = input;
  const sums = emptySums(nodes.length, items);
  const grouped = groupExamples(input);
  await Promise.all(
    ranges(nodes.length, RANGES_PER_THREAD * pool.threads).map(async (range) => {
      await pool.run("sumOwnHistories", { ...grouped, ...range, histories, sums });
    }),
  );
  countUsersInto(sums.members, nodes, input, 1);
  return sums;
}

/** The same of a part of the audience, added to the sums on the caller's thread. */
export function addHistories(sums: ClusterSums, input: SumsInput): void {
  const { nodes, histories } = input;
  sumOwnHistories({ ...groupExamples(input), histories, sums, from: 0, to: nodes.length });
  countUsersInto(sums.members, nodes, input, 1);
}

/**
 * The mean history of each node's members: nodes × items, in the nodes' order, on shared memory. Each is
 * shrunk towards its parent's. Since scores are linear, the mean of the members' individual scores is this
 * mean · B, and so a cluster costs one product (docs/architecture.md#ranking).
 */
export async function meanHistories(
  nodes: readonly GrownNode[],
  sums: ClusterSums,
  pool: TaskPool,
): Promise<Float32Array> {
  const means = sharedArray(Float32Array, nodes.length * sums.items);
  await writeMeans(nodes, sums, means, means, pool);
  return means;
}

/**
 * Sorts the examples by node (counting sort): node n's stand at starts[n] … starts[n + 1], with the user and
 * the weight of each. On shared memory.
 */
function groupExamples({
  nodes,
  examples,
  assigned,
  halfVisits,
}: SumsInput): Pick<OwnSums, "starts" | "users" | "userWeights"> {
  const starts = sharedArray(Uint32Array, nodes.length + 1);
  for (const node of assigned) starts[node + 1]! += 1;
  for (let node = 0; node < nodes.length; node += 1) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const users = sharedArray(Uint32Array, examples.length);
  const userWeights = sharedArray(Uint8Array, examples.length);
  examples.forEach((example, at) => {
    const to = next[assigned[at]!]!++;
    users[to] = example >> 1;
    userWeights[to] = halfVisits[at]!;
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
 * The node's gain over its parent: the share by which its own page reduces its members' mean squared distance
 * to what they would be shown individually, compared with the parent's page. The node's page is its mean,
 * shrunk towards the parent's. Measured on the members from whom the page was made; 0 for the root.
 */
export function gainOverParent(nodes: readonly GrownNode[], at: number): number {
  return gainOver(nodes, at, nodes[at]!.parent);
}

/** {@link gainOverParent}, compared with the page of everybody, which is the root's. */
export function gainOverGeneric(nodes: readonly GrownNode[], at: number): number {
  return at === 0 ? 0 : gainOver(nodes, at, 0);
}

function gainOver(nodes: readonly GrownNode[], at: number, other: number): number {
  const { parent: above, priorWeight, moments: own } = nodes[at]!;
  const parentMean = meanOf(nodes[above]?.moments);
  const otherMean = meanOf(nodes[other]?.moments);
  if (parentMean === undefined || otherMean === undefined || own.weight === 0) return 0;
  const shrunk = own.sum.map(
    (value, d) => (value + priorWeight * parentMean[d]!) / (own.weight + priorWeight),
  );
  const withOther = squaredError(own, otherMean);
  return withOther <= 0 ? 0 : Math.max(0, (withOther - squaredError(own, shrunk)) / withOther);
}

function meanOf(moments: Moments | undefined): Float64Array | undefined {
  if (moments === undefined || moments.weight === 0) return undefined;
  return moments.sum.map((value) => value / moments.weight);
}

/** Σ w·|y − point|² for sketches of length 1. */
function squaredError({ sum, weight }: Moments, point: Float64Array): number {
  return sum.reduce((total, value, d) => total + point[d]! * (weight * point[d]! - 2 * value), weight);
}
