/** Stores the index, the clusters and the model that go with a cycle's pages, in one transaction. */
import { definitionOf } from "@spillway/shared/clusters/cluster-index.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { packTaste } from "@spillway/model/clusters/packed-taste.ts";
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { packModel, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import { builtState, putBuiltState } from "@spillway/store/pages/build-state.ts";
import { replaceClusters, updateClusters } from "@spillway/store/pages/clusters.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { ITEM_MODEL, putModel, TASTE_MODEL } from "@spillway/store/pages/models.ts";
import {
  clusterIndex,
  putClusterIndex,
  putSplits,
  type StoredIndex,
  type StoredSplits,
} from "@spillway/store/state.ts";
import { ranges } from "@spillway/model/workers/ranges.ts";
import { inlinePool } from "@spillway/model/workers/pool.ts";
import type { TaskPool } from "@spillway/model/workers/task-pool.ts";
import type { RefreshState } from "@spillway/model/pages/refresh-state.ts";
import type { LearnedCluster } from "@spillway/model/clusters/learned.ts";

export type StoreOptions = {
  readonly database: Database;
  readonly pool: TaskPool;
  readonly refreshState: RefreshState;
  /** When it is undefined, the store already holds the right model and clusters. */
  readonly model: ItemModel | undefined;
  /** Of a cycle that has followed its audience: the clusters that got new scores. Sizes are all stored. */
  readonly followed?: { readonly renewed: Uint8Array; readonly itemSeqs: Uint32Array } | undefined;
  readonly nowMs: number;
};

/**
 * Returns the index that is to be published. A model that is the stored one, byte for byte, is not written
 * again.
 */
export async function storeLearned({
  database,
  pool,
  refreshState,
  model,
  followed,
  nowMs,
}: StoreOptions): Promise<StoredIndex> {
  const { generation, learned } = refreshState;
  const before = clusterIndex(database);
  const index = indexOf(refreshState, nowMs);
  const stored = before?.hash === index.hash ? before : index;
  if (model === undefined) {
    const { modelHash = "", tasteHash = "" } = builtState(database) ?? {};
    const priors = followed && (await packPriors(refreshState, followed.itemSeqs, pool, followed.renewed));
    transact(database, () => {
      if (stored !== before) putClusterIndex(database, stored, nowMs);
      updateClusters(
        database,
        (priors === undefined ? [] : learned.clusters).map(({ members }, position) => ({
          position,
          members,
          scores: priors?.[position],
        })),
      );
      putBuiltState(database, { generation, modelHash, tasteHash }, nowMs);
    });
    return stored;
  }
  const packed = packModel(model);
  const modelHash = contentHash(packed);
  const taste = packTaste(learned.taste);
  const tasteHash = contentHash(taste);
  const all = new Uint8Array(learned.clusters.length).fill(1);
  const rows = clusterRows(refreshState, await packPriors(refreshState, model.itemSeqs, pool, all));
  transact(database, () => {
    if (stored !== before) putClusterIndex(database, stored, nowMs);
    replaceClusters(database, rows);
    putSplits(database, splitsOf(learned.clusters), nowMs);
    const known = builtState(database);
    if (known?.modelHash !== modelHash) putModel(database, ITEM_MODEL, generation, packed);
    if (known?.tasteHash !== tasteHash) putModel(database, TASTE_MODEL, generation, taste);
    putBuiltState(database, { generation, modelHash, tasteHash }, nowMs);
  });
  return stored;
}

function splitsOf(clusters: readonly LearnedCluster[]): StoredSplits {
  return clusters.flatMap(({ id, members, split, splitReport }) => {
    if (split === undefined || splitReport === undefined) return [];
    const children = Object.keys(split.branches).length + (split.other === undefined ? 0 : 1);
    return [{ cluster: id, signal: split.signal, children, members, ...splitReport }];
  });
}

function indexOf({ learned, generation }: RefreshState, nowMs: number): StoredIndex {
  const nodes = learned.clusters.map(({ id, parent, split }) => ({
    id,
    parent,
    ...(split !== undefined && { split }),
  }));
  return {
    index: { generation, builtAt: new Date(nowMs).toISOString(), contexts: PAGE_CONTEXTS, nodes },
    hash: contentHash(JSON.stringify([nodes, PAGE_CONTEXTS])),
  };
}

/** By position of the cluster, of those where `wanted` is 1. */
async function packPriors(
  { scores, learned, factors }: RefreshState,
  itemSeqs: Uint32Array,
  pool: TaskPool,
  wanted: Uint8Array,
): Promise<(Uint8Array | undefined)[]> {
  const positions = [...learned.clusters.keys()].filter((at) => wanted[at] === 1);
  const runs =
    positions.length === learned.clusters.length
      ? ranges(positions.length, pool.threads)
      : positions.map((at) => ({ from: at, to: at + 1 }));
  const on = positions.length > 16 ? pool : inlinePool;
  const parts = await Promise.all(
    runs.map(async (range) => on.run("packPriors", { scores, itemSeqs, factors, ...range })),
  );
  const packed = parts.flat();
  const priors: (Uint8Array | undefined)[] = learned.clusters.map(() => undefined);
  positions.forEach((at, n) => {
    priors[at] = packed[n];
  });
  return priors;
}

function clusterRows({ learned: { clusters } }: RefreshState, priors: readonly (Uint8Array | undefined)[]) {
  return clusters.map(({ id, parent, split, members, gain, gainOverGeneric }, position) => ({
    position,
    id,
    parent: clusters[parent]?.id ?? null,
    definition: JSON.stringify(definitionOf(clusters, position)),
    leaf: split === undefined,
    members,
    gain,
    gainOverGeneric,
    scores: priors[position]!,
  }));
}
