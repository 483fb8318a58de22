/**
 * Learns clusters from an audience and its taste segments: the tree over all signals, and what each cluster's
 * members watch.
 */
import type { TextForms } from "@spillway/shared/signals/signals.ts";
import { countUsers, type Histories } from "../profile/histories.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { attributesOf, type Attribute, type Audience, type SignalColumn } from "./audience.ts";
import type { ClusterSums } from "./cluster-sums.ts";
import { sketch, TASTE_DIMENSIONS } from "./taste-basis.ts";
import { growTree, type GrownNode, type TreeOptions } from "./grow-tree.ts";
import { meanHistories, sumHistories } from "./mean-histories.ts";
import { affinities, placeUsers } from "./place-users.ts";
import type { Taste } from "./taste.ts";
import { toShared } from "../workers/shared-memory.ts";
import { knownUsers, type TreeAudience } from "./tree-examples.ts";

export type ClusteringOptions = TreeOptions & {
  readonly pool: TaskPool;
  /** What people call segments and groups whose names do not say it. */
  readonly tasteTexts?: ReadonlyMap<string, TextForms>;
  readonly onProgress?: (done: number, total: number) => void;
};

export type Clustering = {
  readonly nodes: readonly GrownNode[];
  /** Over all users, as the published index assigns them. */
  readonly sums: ClusterSums;
  /** nodes × items: mean-histories.ts. */
  readonly means: Float32Array;
};

/**
 * The tree is grown on at most so many users. All users are then assigned to its clusters, and the means are
 * theirs.
 */
const TREE_USERS = 100_000;

/** `taste` must have a row for each item of the audience's catalogue. */
export async function learnClusters(
  audience: Audience,
  taste: Taste,
  options: ClusteringOptions,
): Promise<Clustering> {
  const { pool, onProgress } = options;
  const { histories, visits } = audience;
  const users = countUsers(histories);
  const sample = sampled(users);
  const withAffinity = (signals: Audience["signals"], affinity: SignalColumn): Attribute[] =>
    attributesOf(signals, { ...affinity, texts: options.tasteTexts });
  const ofSample = await affinities(taste, histories, pool, { users: sample });
  onProgress?.(1, STEPS);
  // The threads go on with everybody's while the tree grows on this one.
  const everybodys =
    sample.length === users ? ofSample : affinities(taste, histories, pool, { tasksPerThread: 1 });
  const own = withAffinity(signalsOf(audience.signals, sample), ofSample);
  const nodes = growTree(treeAudience(taste, histories, own, visits, sample), {
    ...options,
    minMembers: Math.max(1, options.minMembers * Math.min(1, TREE_USERS / Math.max(1, users))),
  });
  onProgress?.(2, STEPS);
  const placed = placeUsers(nodes, withAffinity(audience.signals, await everybodys), visits);
  const sums = await sumHistories({ ...placed, nodes, histories, items: taste.itemSeqs.length }, pool);
  return { nodes, sums, means: await meanHistories(nodes, sums, pool) };
}

/** The stages that progress reports: affinities, tree, means. */
const STEPS = 3;

/**
 * At most about {@link TREE_USERS} users, chosen by a multiplicative hash of their number (Knuth), so that
 * they are the same ones as long as their number is. On shared memory.
 */
function sampled(users: number): Uint32Array {
  const all = Uint32Array.from({ length: users }, (_, user) => user);
  if (users <= TREE_USERS) return toShared(all);
  const limit = (TREE_USERS / users) * 2 ** 32;
  return toShared(all.filter((user) => Math.imul(user, 2_654_435_761) >>> 0 < limit));
}

function signalsOf(signals: Audience["signals"], users: Uint32Array): Audience["signals"] {
  const own = Object.entries(signals).map(([name, column]) => [
    name,
    { ...column, codes: users.map((user) => column.codes[user]!) },
  ]);
  return Object.fromEntries(own) as Audience["signals"];
}

/** `attributes` are of `users`; all else is of everybody. */
function treeAudience(
  { perSource }: Taste,
  histories: Histories,
  attributes: readonly Attribute[],
  visits: Uint8Array,
  users: Uint32Array,
): TreeAudience {
  const D = TASTE_DIMENSIONS;
  const sketches = new Float32Array(users.length * D);
  const hasSketch = new Uint8Array(users.length);
  users.forEach((user, at) => {
    const from = histories.starts[user]!;
    const into = sketches.subarray(at * D, at * D + D);
    hasSketch[at] = sketch(perSource, histories, from, histories.starts[user + 1]!, into) ? 1 : 0;
  });
  return {
    attributes,
    visits: Uint8Array.from(users, (user) => visits[user]!),
    sketches,
    hasSketch,
    known: knownUsers(attributes, users.length),
  };
}
