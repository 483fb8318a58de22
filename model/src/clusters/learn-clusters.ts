/**
 * Learns clusters from an audience and its taste segments: the tree over all signals, and what each cluster's
 * members watch.
 */
import { NO_SIGNALS, type TextForms } from "@spillway/shared/signals/signals.ts";
import { countUsers, type Histories } from "../profile/histories.ts";
import { ranges } from "../workers/ranges.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { assignExamples, countMembers } from "./assign-examples.ts";
import { attributesOf, type Attribute, type Audience, type SignalColumn } from "./audience.ts";
import { sketch, TASTE_DIMENSIONS } from "./taste-basis.ts";
import { growTree, type GrownNode, type TreeOptions } from "./grow-tree.ts";
import { meanHistories } from "./mean-histories.ts";
import type { Taste } from "./taste.ts";
import { allExamples, knownUsers, weightOf, type TreeAudience } from "./tree-examples.ts";
import { sharedArray } from "../workers/shared-memory.ts";

export type ClusteringOptions = TreeOptions & {
  readonly pool: TaskPool;
  /** What people call segments and groups whose names do not say it. */
  readonly tasteTexts?: ReadonlyMap<string, TextForms>;
  readonly onProgress?: (done: number, total: number) => void;
};

export type Clustering = {
  readonly nodes: readonly GrownNode[];
  /** Distinct users of each node, as the published index assigns them. */
  readonly members: Uint32Array;
  /** nodes × items: mean-histories.ts. */
  readonly means: Float32Array;
};

/**
 * The tree is grown on at most so many users. All users are then assigned to its clusters, and the means are
 * theirs.
 */
const TREE_USERS = 100_000;

const RANGES_PER_THREAD = 8;

/** `taste` must have a row for each item of the audience's catalogue. */
export async function learnClusters(
  audience: Audience,
  taste: Taste,
  options: ClusteringOptions,
): Promise<Clustering> {
  const { pool, onProgress } = options;
  const { histories, visits } = audience;
  const users = countUsers(histories);
  const attributes = attributesOf(audience.signals, {
    ...(await affinities(taste, histories, pool)),
    texts: options.tasteTexts,
  });
  onProgress?.(1, STEPS);
  const nodes = growTree(treeAudience(taste, histories, attributes, visits, sampled(users)), {
    ...options,
    minMembers: Math.max(1, options.minMembers * Math.min(1, TREE_USERS / Math.max(1, users))),
  });
  onProgress?.(2, STEPS);
  const known = knownUsers(attributes, users);
  const examples = allExamples(known);
  const assigned = assignExamples(nodes, attributes, examples);
  const weights = Float32Array.from(examples, (example) => weightOf({ known, visits }, example));
  const items = taste.itemSeqs.length;
  const means = await meanHistories({ nodes, histories, items, examples, assigned, weights }, pool);
  return { nodes, members: countMembers(nodes, examples, assigned), means };
}

/** The stages that progress reports: affinities, tree, means. */
const STEPS = 3;

/** Every user's segment, as a signal. */
async function affinities(taste: Taste, histories: Histories, pool: TaskPool): Promise<SignalColumn> {
  const users = countUsers(histories);
  const codes = sharedArray(Uint32Array, users);
  const values = [NO_SIGNALS.affinity, ...taste.names];
  if (taste.names.length === 0) return { codes, values };
  const { groupStarts, vectors, groupVectors, perSource } = taste;
  await Promise.all(
    ranges(users, RANGES_PER_THREAD * pool.threads).map(async (range) => {
      const tables = { groupStarts, vectors, groupVectors, perSource };
      await pool.run("writeSegments", { tables, histories, codes, ...range });
    }),
  );
  return { codes, values };
}

/**
 * At most about {@link TREE_USERS} users, chosen by a multiplicative hash of their number (Knuth), so that
 * they are the same ones as long as their number is.
 */
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
  const hasSketch = new Uint8Array(users.length);
  users.forEach((user, at) => {
    const from = histories.starts[user]!;
    const into = sketches.subarray(at * D, at * D + D);
    hasSketch[at] = sketch(perSource, histories, from, histories.starts[user + 1]!, into) ? 1 : 0;
  });
  return {
    attributes: own,
    visits: Uint8Array.from(users, (user) => visits[user]!),
    sketches,
    hasSketch,
    known: knownUsers(own, users.length),
  };
}
