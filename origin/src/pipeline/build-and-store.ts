/** The built half of a cycle: pages of every cluster into the store, then the index, clusters and model that go with them. */
import { definitionOf, type ClusterIndex } from "@spillway/shared/cluster-index.ts";
import { contentHash } from "../content-hash.ts";
import type { CatalogueRow } from "../ranking/catalogue-row.ts";
import { packModel } from "../ranking/model.ts";
import { packScores } from "../ranking/scores.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/wire.ts";
import { replaceClusters, type ClusterRow } from "../store/clusters.ts";
import { transact, type Database } from "../store/database.ts";
import { ITEM_MODEL, putModel } from "../store/models.ts";
import { iteratePageKeys, putPages, type PageRow } from "../store/pages.ts";
import { clusterIndex, putAffinityShares, putClusterIndex, type StoredIndex } from "../store/state.ts";
import { allClusterScores, buildPages } from "./build-pages.ts";
import { extendModel, type Learned } from "./learn.ts";

export type BuildDeps = {
  readonly database: Database;
  readonly now: () => number;
  /** After every few hundred pages: progress, and the chance to stop by throwing. */
  readonly onPages: (built: number, total: number) => void;
};

export type Built = {
  readonly stored: StoredIndex;
  readonly pagesBuilt: number;
  readonly pagesChanged: number;
};

/** Pages into the store first, then in one transaction the index, the clusters and the model that go with them. */
export async function buildAndStore(
  deps: BuildDeps,
  generation: number,
  catalogue: readonly CatalogueRow[],
  learned: Learned,
  contentNowMs: number,
): Promise<Built> {
  const { database, now } = deps;
  const model = extendModel(catalogue, learned);
  const scores = allClusterScores(learned.clusters, model);
  const hashes = new Map(
    Array.from(iteratePageKeys(database), ({ context, cluster, contentHash: hash }) => [
      `${context}:${cluster}`,
      hash,
    ]),
  );
  const total = learned.clusters.length * PAGE_CONTEXTS.length;
  const builtMs = now();
  let pagesBuilt = 0;
  let pagesChanged = 0;
  let changed: PageRow[] = [];
  const flush = async (): Promise<void> => {
    putPages(database, changed);
    pagesChanged += changed.length;
    changed = [];
    deps.onPages(pagesBuilt, total);
    // Lets signals and messages in: this process also has to stop when it is told to.
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const page of buildPages(learned.clusters, (at) => scores[at]!, catalogue, contentNowMs)) {
    pagesBuilt += 1;
    if (hashes.get(`${page.context}:${page.cluster}`) !== page.contentHash)
      changed.push({ ...page, generation, builtMs });
    if (changed.length === 200 || pagesBuilt % 1000 === 0) await flush();
  }
  await flush();

  const nodes = learned.clusters.map(({ id, parent, split }) => ({
    id,
    parent,
    ...(split !== undefined && { split }),
  }));
  const hash = contentHash(JSON.stringify([nodes, PAGE_CONTEXTS]));
  const before = clusterIndex(database);
  const index: ClusterIndex = {
    generation,
    builtAt: new Date(builtMs).toISOString(),
    contexts: PAGE_CONTEXTS,
    nodes,
  };
  const stored = before?.hash === hash ? before : { index, hash };
  transact(database, () => {
    if (stored !== before) putClusterIndex(database, stored, builtMs);
    replaceClusters(database, clusterRows(learned, scores, model.itemSeqs));
    putAffinityShares(database, learned.shares, builtMs);
    putModel(database, ITEM_MODEL, generation, packModel(model));
  });
  return { stored, pagesBuilt, pagesChanged };
}

function clusterRows(
  { clusters }: Learned,
  scores: readonly Float32Array[],
  itemSeqs: Uint32Array,
): ClusterRow[] {
  return clusters.map(({ id, parent, split, members, gain }, position) => ({
    position,
    id,
    parent: clusters[parent]?.id ?? null,
    definition: JSON.stringify(definitionOf(clusters, position)),
    leaf: split === undefined,
    members,
    gain,
    scores: packScores(scores[position]!, itemSeqs),
  }));
}
