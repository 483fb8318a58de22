/** From an audience and its taste segments to clusters: the tree over all signals, and what each cluster's members watch. */
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { countUsers, type Histories } from "../trainers/histories.ts";
import { ranges, type WorkerPool } from "../workers/pool.ts";
import type { AffinityTask } from "../workers/affinity-worker.ts";
import { assignRows, countMembers } from "./assign-rows.ts";
import { attributesOf, type Attribute, type Audience, type SignalColumn } from "./audience.ts";
import { sketch, TASTE_DIMENSIONS } from "./basis.ts";
import { growTree, type GrownNode, type TreeOptions } from "./grow-tree.ts";
import { meanHistories } from "./means.ts";
import type { Taste } from "./taste.ts";
import { allRows, knownUsers, weightOf, type TreeAudience } from "./tree-audience.ts";

export type ClusteringOptions = TreeOptions & {
  readonly pool: WorkerPool;
  readonly onProgress?: (done: number, total: number) => void;
};

export type Clustering = {
  readonly nodes: readonly GrownNode[];
  /** Distinct users of each node, by the shipped assignment. */
  readonly members: Uint32Array;
  /** nodes × items: clusters/means.ts. */
  readonly means: Float32Array;
};

/** The tree's shape is found on at most this many users; who is in its clusters, and what they watch, on all. */
const TREE_USERS = 100_000;

const AFFINITY_WORKER = new URL("../workers/affinity-worker.ts", import.meta.url);
const RANGES_PER_THREAD = 8;

/** `taste`: with a row for each item of the audience's catalogue. */
export async function learnClusters(
  audience: Audience,
  taste: Taste,
  options: ClusteringOptions,
): Promise<Clustering> {
  const { pool, onProgress } = options;
  const { histories, visits } = audience;
  const users = countUsers(histories);
  const attributes = attributesOf(audience.signals, await affinities(taste, histories, pool));
  onProgress?.(1, STEPS);
  const nodes = growTree(treeAudience(taste, histories, attributes, visits, sampled(users)), {
    ...options,
    minMembers: Math.max(1, options.minMembers * Math.min(1, TREE_USERS / Math.max(1, users))),
  });
  onProgress?.(2, STEPS);
  const known = knownUsers(attributes, users);
  const rows = allRows(known);
  const assigned = assignRows(nodes, attributes, rows);
  const weights = Float32Array.from(rows, (row) => weightOf({ known, visits }, row));
  const items = taste.itemSeqs.length;
  const means = await meanHistories({ nodes, histories, items, rows, assigned, weights }, pool);
  return { nodes, members: countMembers(nodes, rows, assigned), means };
}

/** For progress: affinities, tree, means. */
const STEPS = 3;

/** Every user's segment, as a signal. */
async function affinities(taste: Taste, histories: Histories, pool: WorkerPool): Promise<SignalColumn> {
  const users = countUsers(histories);
  const codes = new Uint32Array(new SharedArrayBuffer(4 * users));
  const values = [NO_SIGNALS.affinity, ...taste.names];
  if (taste.names.length === 0) return { codes, values };
  const { groupStarts, vectors, groupVectors, perSource } = taste;
  await Promise.all(
    ranges(users, RANGES_PER_THREAD * pool.threads).map(async (range) => {
      const task: AffinityTask = {
        taste: { groupStarts, vectors, groupVectors, perSource },
        histories,
        codes,
        ...range,
      };
      await pool.run(AFFINITY_WORKER, "writeAffinities", task);
    }),
  );
  return { codes, values };
}

/** Some of all, the same ones as long as there are no more: by a hash of their number (Knuth's multiplicative one). */
function sampled(users: number): Uint32Array {
  const all = Uint32Array.from({ length: users }, (_, user) => user);
  if (users <= TREE_USERS) return all;
  const limit = (TREE_USERS / users) * 2 ** 32;
  return all.filter((user) => Math.imul(user, 2_654_435_761) >>> 0 < limit);
}

function treeAudience(
  { perSource }: Taste,
  histories: Histories,
  attributes: readonly Attribute[],
  visits: Uint8Array,
  users: Uint32Array,
): TreeAudience {
  const D = TASTE_DIMENSIONS;
  const own = attributes.map((attribute) => ({
    ...attribute,
    codes: users.map((user) => attribute.codes[user]!),
  }));
  const sketches = new Float32Array(users.length * D);
  const told = new Uint8Array(users.length);
  users.forEach((user, at) => {
    const from = histories.starts[user]!;
    const into = sketches.subarray(at * D, at * D + D);
    told[at] = sketch(perSource, histories, from, histories.starts[user + 1]!, into) ? 1 : 0;
  });
  return {
    attributes: own,
    visits: Uint8Array.from(users, (user) => visits[user]!),
    sketches,
    told,
    known: knownUsers(own, users.length),
  };
}
