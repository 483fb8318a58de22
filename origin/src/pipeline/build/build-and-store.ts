/** The built half of a cycle: pages into the store, then the index, clusters and model that go with them. */
import { randomUUID } from "node:crypto";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { PageShape } from "@spillway/model/pages/carousels.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { withOwnWeights } from "@spillway/model/scoring/own-weights.ts";
import { byTarget } from "@spillway/model/scoring/products.ts";
import { putMarks, storedMarks } from "../../store/pages/build-state.ts";
import type { Database } from "../../store/database.ts";
import { pageHeads, putPages, type NewPage } from "../../store/pages/pages.ts";
import type { StoredIndex } from "../../store/state.ts";
import { inlinePool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import { buildPages, type BuildReport } from "@spillway/model/pages/build-pages.ts";
import { clusterLifts, type Engaged } from "@spillway/model/pages/cluster-lifts.ts";
import { emptyTopItems, emptyScores, growScores, meansOf } from "@spillway/model/pages/cluster-scores.ts";
import { contextsToEnter, dirtyRows, dirtySeqs, markItems } from "@spillway/model/pages/dirty-items.ts";
import { heldFactors, reorderThresholds, type RefreshState } from "@spillway/model/pages/refresh-state.ts";

import { extendModel } from "@spillway/model/scoring/extend-model.ts";
import type { Learned } from "@spillway/model/clusters/learned.ts";
import { createLayoutReader, layoutBytes } from "@spillway/model/pages/page-layout.ts";
import { carouselKeys, factorsOf, preparePages, withFactors } from "@spillway/model/pages/page-material.ts";
import { pageName, planPages } from "@spillway/model/pages/page-tasks.ts";
import type { ChangedPage, PageTask } from "@spillway/model/pages/build-block.ts";
import { pruneRetired } from "./retired-pages.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";
import { storeLearned } from "../learn/store-learned.ts";

export type BuildDeps = {
  readonly database: Database;
  readonly pool: WorkerPool;
  readonly now: () => number;
  readonly shape: PageShape;
  /** After every few pages: progress, and the chance to stop by throwing. */
  readonly onPages: (built: number, total: number) => void;
};

export type BuildInput = {
  readonly generation: number;
  readonly catalogue: readonly CatalogueEntry[];
  /** When the cycle began, by the real clock; and the instant that pages are built for, by the content's. */
  readonly startedMs: number;
  readonly contentNowMs: number;
  readonly learned: Learned;
  /** What visitors did on their clusters' pages; of use where `kept` is absent. */
  readonly engaged: Engaged;
  readonly trainedMs: number;
  /** Of the cycle that learned it: then only pages that changed items touch are built. Absent: learned anew. */
  readonly kept: RefreshState | undefined;
};

export type Built = BuildReport & {
  readonly stored: StoredIndex;
  readonly kept: RefreshState;
  readonly itemsChanged: number;
  /** What can wait until the pages are published: a new item's weights, for individual answers. */
  readonly finish: () => Promise<void>;
};

/** Pages first, each of which stands by itself. Items count as changed until all is stored: a cycle that dies loses nothing. */
export async function buildAndStore(deps: BuildDeps, input: BuildInput): Promise<Built> {
  const { database, pool } = deps;
  const { generation, catalogue, learned, kept: before } = input;
  const { clusters } = learned;
  const prepared = preparePages(catalogue, input.contentNowMs, deps.shape);
  const keys = carouselKeys(prepared);
  const marksBefore = storedMarks(database);
  const marks = markItems(prepared);
  const changed = dirtySeqs(marksBefore, marks);
  const dirty = dirtyRows(changed, prepared.itemSeqs);
  const material =
    before === undefined ? prepared : withFactors(prepared, heldFactors(before, factorsOf(prepared), dirty));

  const grown = before !== undefined && catalogue.length > before.scores.stride;
  const model = before === undefined ? extendModel(catalogue, learned) : undefined;
  const entryThresholds =
    before === undefined
      ? sharedArray(Float32Array, clusters.length * keys.length).fill(Infinity)
      : reorderThresholds(before, keys);
  const scores =
    before === undefined
      ? emptyScores(clusters.length, catalogue.length)
      : grown
        ? growScores(before.scores, learned, catalogue)
        : before.scores;

  const sameCarousels = before !== undefined && before.carouselKeys.join("\n") === keys.join("\n");
  const held = sameCarousels ? before.topItems : undefined;
  const topItems = held ?? emptyTopItems(clusters.length, keys.length, deps.shape);

  const nowMs = deps.now();
  const heads = pageHeads(database);
  const standing = new Map(heads.map((head) => [pageName(head.context, head.cluster), head]));
  const only = before && { entered: contextsToEnter(material, scores, entryThresholds, dirty), changed };
  const tasks = planPages({ clusters, standing, nowMs, only });
  const readers = prepared.contexts.map((context) => createLayoutReader(context, prepared.itemSeqs));
  const rowOf = (page: ChangedPage): NewPage => {
    const context = PAGE_CONTEXTS[page.context]!;
    const cluster = clusters[page.cluster]!.id;
    const old = standing.get(pageName(context, cluster));
    return {
      context,
      cluster,
      // A page of an older release that gets nothing but its layout has not changed.
      ...(old?.contentHash === page.contentHash
        ? { generation: old.generation, builtMs: old.builtMs }
        : { generation, builtMs: nowMs }),
      contentHash: page.contentHash,
      carousels: page.carousels,
      layout: layoutBytes(page.layout),
      shown: readers[page.context]!.shown(page.layout),
    };
  };
  const report = await buildPages({
    material,
    products: model && {
      model: byTarget(withOwnWeights(model, learned.plays), randomUUID()),
      means: meansOf(learned),
      lifts: clusterLifts(input.engaged, clusters, prepared.itemSeqs),
    },
    scores,
    entryThresholds,
    dirty,
    topItems,
    changedRows: held && Uint32Array.from(dirty.keys().filter((row) => dirty[row] === 1)),
    tasks,
    pool,
    inline: inlinePool,
    onChanged: async (pages) => putPages(database, pages.map(rowOf)),
    onPages: deps.onPages,
  });
  const current = new Set(clusters.map(({ id }) => id));
  const retired = heads.filter(({ cluster }) => !current.has(cluster));
  await putPages(database, pruneRetired({ heads: retired, material, changed, generation, nowMs }));

  const confirmedMs = confirmed(tasks, clusters.length, input);
  const kept: RefreshState = {
    learned,
    trainedMs: input.trainedMs,
    generation,
    scores,
    entryThresholds,
    carouselKeys: keys,
    topItems: before === undefined || sameCarousels ? topItems : undefined,
    factors: factorsOf(material),
    confirmedMs,
  };
  const stored = await storeLearned({ database, pool, kept, model, nowMs });
  putMarks(database, marksBefore, marks);
  const finish = async (): Promise<void> => {
    if (!grown) return;
    await storeLearned({ database, pool, kept, model: extendModel(catalogue, learned), nowMs });
  };
  return { ...report, stored, kept, itemsChanged: changed.size, finish };
}

/** A full cycle looks at every page; a refresh of pages confirms the clusters all of whose pages it built. */
function confirmed(
  tasks: readonly PageTask[],
  clusters: number,
  { startedMs, kept }: BuildInput,
): Float64Array {
  if (kept === undefined) return new Float64Array(clusters).fill(startedMs);
  const confirmedMs = kept.confirmedMs.slice();
  for (const { cluster, contexts } of tasks) {
    if (contexts.length === PAGE_CONTEXTS.length) confirmedMs[cluster] = startedMs;
  }
  return confirmedMs;
}
