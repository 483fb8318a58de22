/** Builds a cycle's pages into the store, then stores the index, clusters and model that go with them. */
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { PageTask } from "@spillway/model/pages/build-block.ts";
import type { BuildReport } from "@spillway/model/pages/build-pages.ts";
import { dirtyRows, dirtySeqs, markItems } from "@spillway/model/pages/dirty-items.ts";
import { carouselKeys, factorsOf, preparePages, withFactors } from "@spillway/model/pages/page-material.ts";
import { heldFactors, type RefreshState } from "@spillway/model/pages/refresh-state.ts";
import { extendModel } from "@spillway/model/scoring/extend-model.ts";
import type { ItemModel } from "@spillway/model/scoring/item-model.ts";
import { putMarks, storedMarks } from "@spillway/store/pages/build-state.ts";
import { pageHeads, putPages } from "@spillway/store/pages/pages.ts";
import type { StoredIndex } from "@spillway/store/state.ts";
import { storeLearned } from "../learn/store-learned.ts";
import { buildChangedPages } from "./build-changed-pages.ts";
import type { BuildDeps, BuildInput } from "./build-input.ts";
import { newBuffers, reusedBuffers } from "./cycle-buffers.ts";
import { pruneRetired } from "./prune-retired.ts";

export type Built = BuildReport & {
  readonly stored: StoredIndex;
  readonly refreshState: RefreshState;
  /** Undefined in a refresh of pages. */
  readonly model: ItemModel | undefined;
  readonly itemsChanged: number;
  /**
   * Stores the weights of new items, which only individual answers need: it can wait until the pages are
   * published.
   */
  readonly storeNewItems: () => Promise<void>;
};

/**
 * Stores pages first, since each is complete by itself. The marks of items come last: a cycle that dies
 * before has lost nothing, since the next one finds the same items changed.
 */
export async function buildAndStore(deps: BuildDeps, input: BuildInput): Promise<Built> {
  const { database, pool } = deps;
  const { generation, catalogue, learned, refreshState: before } = input;
  const prepared = preparePages(catalogue, input.contentNowMs, deps.shape);
  const keys = carouselKeys(prepared);
  const marksBefore = storedMarks(database);
  const marks = markItems(prepared);
  const changed = dirtySeqs(marksBefore, marks);
  const dirty = dirtyRows(changed, prepared.itemSeqs);
  const bufferOptions = { learned, catalogue, carouselKeys: keys, shape: deps.shape };
  const full = before === undefined;
  const material = full ? prepared : withFactors(prepared, heldFactors(before, factorsOf(prepared), dirty));
  const model = full ? extendModel(catalogue, learned) : undefined;
  const buffers = full ? newBuffers(bufferOptions) : reusedBuffers(before, bufferOptions);

  const nowMs = deps.now();
  const heads = pageHeads(database);
  const { report, tasks } = await buildChangedPages(deps, input, {
    material,
    model,
    buffers,
    changed,
    dirty,
    heads,
    nowMs,
  });
  const current = new Set(learned.clusters.map(({ id }) => id));
  const retired = heads.filter(({ cluster }) => !current.has(cluster));
  await putPages(database, pruneRetired({ heads: retired, material, changed, generation, nowMs }));

  const refreshState: RefreshState = {
    learned,
    trainedMs: input.trainedMs,
    generation,
    scores: buffers.scores,
    entryThresholds: buffers.entryThresholds,
    carouselKeys: keys,
    topItems: buffers.sameCarousels ? buffers.topItems : undefined,
    factors: factorsOf(material),
    confirmedMs: confirmClusters(tasks, input),
  };
  const stored = await storeLearned({ database, pool, refreshState, model, nowMs });
  putMarks(database, marksBefore, marks);
  const storeNewItems = async (): Promise<void> => {
    if (!buffers.grown) return;
    await storeLearned({ database, pool, refreshState, model: extendModel(catalogue, learned), nowMs });
  };
  return { ...report, stored, refreshState, model, itemsChanged: changed.size, storeNewItems };
}

/**
 * Returns, by cluster, when all its pages were last known to be current. A full cycle confirms every cluster,
 * a refresh of pages those of which it built all pages.
 */
function confirmClusters(
  tasks: readonly PageTask[],
  { learned, startedMs, refreshState }: BuildInput,
): Float64Array {
  if (refreshState === undefined) return new Float64Array(learned.clusters.length).fill(startedMs);
  const confirmedMs = refreshState.confirmedMs.slice();
  for (const { cluster, contexts } of tasks) {
    if (contexts.length === PAGE_CONTEXTS.length) confirmedMs[cluster] = startedMs;
  }
  return confirmedMs;
}
