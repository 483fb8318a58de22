/** Builds a cycle's pages into the store, then stores the index, clusters and model that go with them. */
import { randomUUID } from "node:crypto";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { PageTask } from "@spillway/model/pages/build-block.ts";
import type { BuildReport } from "@spillway/model/pages/build-pages.ts";
import { clusterLifts, haveMoved, liftsOf, type ClusterLifts } from "@spillway/model/pages/cluster-lifts.ts";
import { meansOf } from "@spillway/model/pages/cluster-scores.ts";
import { dirtyRows, dirtySeqs, markItems } from "@spillway/model/pages/dirty-items.ts";
import { factorsOf, withFactors, type PageMaterial } from "@spillway/model/pages/page-material.ts";
import { heldFactors } from "@spillway/model/pages/refresh-state.ts";
import { extendModel } from "@spillway/model/scoring/extend-model.ts";
import type { ItemModel } from "@spillway/model/scoring/item-model.ts";
import { withOwnWeights } from "@spillway/model/scoring/own-weights.ts";
import { byTarget, type ModelByTarget } from "@spillway/model/scoring/products.ts";
import { builtState, putBuiltState, putMarks, storedMarks } from "@spillway/store/pages/build-state.ts";
import { pageHeads, putPages } from "@spillway/store/pages/pages.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { updateClusters } from "@spillway/store/pages/clusters.ts";
import type { StoredIndex } from "@spillway/store/state.ts";
import { storeLearned } from "../learn/store-learned.ts";
import { buildChangedPages } from "./build-changed-pages.ts";
import type { BuildDeps, BuildInput, PagesState } from "./build-input.ts";
import { newBuffers, reusedBuffers } from "./cycle-buffers.ts";
import { materialFor, type Standing } from "./standing.ts";
import { pruneRetired } from "./prune-retired.ts";

export type Built = BuildReport & {
  /** Undefined where nothing was built, since nothing had changed: what was stored stays. */
  readonly stored: StoredIndex | undefined;
  readonly refreshState: PagesState;
  /** Undefined where not all was learned anew. */
  readonly model: ItemModel | undefined;
  /** Clusters that got new scores. */
  readonly clustersRenewed: number;
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
  const standing = standingOf(deps, input);
  const { material: prepared, carouselKeys: keys } = standing;
  const isSame = prepared === before?.standing.material;
  const lifts = liftsFor(input);
  const renewed = before && renewedClusters(before, input.moved, lifts);
  if (before !== undefined && isSame && renewed?.includes(1) === false)
    return confirmed(deps, input, before, standing);
  const marks = isSame ? undefined : marksOf(database, prepared);
  const changed = marks?.changed ?? new Set<number>();
  const dirty = dirtyRows(changed, prepared.itemSeqs);
  const bufferOptions = { learned, catalogue, carouselKeys: keys, shape: deps.shape };
  const full = before === undefined;
  const material = full ? prepared : withFactors(prepared, heldFactors(before, factorsOf(prepared), dirty));
  const model = full ? extendModel(catalogue, learned) : undefined;
  const buffers = full ? newBuffers(bufferOptions) : reusedBuffers(before, bufferOptions);

  const nowMs = deps.now();
  const heads = pageHeads(database);
  const productModel = productModelOf(input, model);
  const products =
    lifts !== undefined && (renewed === undefined || renewed.includes(1))
      ? { model: productModel, means: meansOf(learned), lifts }
      : undefined;
  const { report, tasks } = await buildChangedPages(deps, input, {
    material,
    products,
    renewed,
    buffers,
    changed,
    dirty,
    heads,
    nowMs,
  });
  const current = new Set(learned.clusters.map(({ id }) => id));
  const retired = heads.filter(({ cluster }) => !current.has(cluster));
  await putPages(database, pruneRetired({ heads: retired, material, changed, generation, nowMs }));

  const refreshState: PagesState = {
    standing,
    learned,
    trainedMs: input.trainedMs,
    generation,
    scores: buffers.scores,
    entryThresholds: buffers.entryThresholds,
    carouselKeys: keys,
    topItems: buffers.sameCarousels ? buffers.topItems : undefined,
    factors: factorsOf(material),
    productModel,
    lifts: learned.clusters.map((_, at) =>
      lifts === undefined || renewed?.[at] === 0 ? before!.lifts[at]! : liftsOf(lifts, at),
    ),
    confirmedMs: confirmClusters(tasks, input),
  };
  const followed = input.moved && renewed && { renewed, itemSeqs: material.itemSeqs };
  const stored = await storeLearned({ database, pool, refreshState, model, followed, nowMs });
  if (marks !== undefined) putMarks(database, marks.before, marks.now);
  const storeNewItems = async (): Promise<void> => {
    if (!buffers.grown) return;
    await storeLearned({ database, pool, refreshState, model: extendModel(catalogue, learned), nowMs });
  };
  return {
    ...report,
    stored,
    refreshState,
    model,
    clustersRenewed: renewed?.reduce((sum, flag) => sum + flag, 0) ?? learned.clusters.length,
    itemsChanged: changed.size,
    storeNewItems,
  };
}

/** Nothing is to be built: every page is known to be current, and clusters have other sizes at most. */
function confirmed(
  { database, now }: BuildDeps,
  input: BuildInput,
  before: PagesState,
  standing: Standing,
): Built {
  const { generation, learned } = input;
  const { modelHash = "", tasteHash = "" } = builtState(database) ?? {};
  const resized = learned.clusters.flatMap(({ members }, position) =>
    members === before.learned.clusters[position]?.members ? [] : [{ position, members, scores: undefined }],
  );
  transact(database, () => {
    updateClusters(database, resized);
    putBuiltState(database, { generation, modelHash, tasteHash }, now());
  });
  return {
    ...NOTHING_BUILT,
    stored: undefined,
    refreshState: { ...before, standing, learned, generation, confirmedMs: confirmClusters([], input) },
    model: undefined,
    clustersRenewed: 0,
    itemsChanged: 0,
    storeNewItems: () => Promise.resolve(),
  };
}

const NOTHING_BUILT: BuildReport = {
  pagesBuilt: 0,
  pagesChanged: 0,
  pagesKept: 0,
  threadSeconds: { products: 0, pages: 0 },
};

function standingOf(
  { shape }: BuildDeps,
  { catalogue, contentNowMs, refreshState: before, engagement }: BuildInput,
): Standing {
  return {
    ...materialFor(before?.standing, catalogue, contentNowMs, shape),
    catalogue,
    engagedFromDay: engagement?.fromDay ?? before?.standing.engagedFromDay,
    settled: before?.standing.settled,
  };
}

/** Undefined in a refresh of pages, and where they are those of the last cycle and no cluster has moved. */
function liftsFor({
  catalogue,
  learned,
  engagement,
  refreshState,
  moved,
}: BuildInput): ClusterLifts | undefined {
  if (engagement === undefined) return undefined;
  const isAsBefore = !engagement.hasGrown && engagement.fromDay === refreshState?.standing.engagedFromDay;
  if (isAsBefore && moved?.includes(1) === false) return undefined;
  return clusterLifts(
    engagement.read(),
    learned.clusters,
    Uint32Array.from(catalogue, ({ seq }) => seq),
  );
}

function marksOf(database: Database, prepared: PageMaterial) {
  const before = storedMarks(database);
  const now = markItems(prepared);
  return { before, now, changed: dirtySeqs(before, now) };
}

/** The clusters whose means have moved, or what visitors did on their pages. None in a refresh of pages. */
function renewedClusters(
  before: PagesState,
  moved: Uint8Array | undefined,
  lifts: ClusterLifts | undefined,
): Uint8Array {
  return Uint8Array.from(before.learned.clusters, (_, at) =>
    moved?.[at] === 1 || (lifts !== undefined && haveMoved(before.lifts[at]!, liftsOf(lifts, at))) ? 1 : 0,
  );
}

function productModelOf(
  { refreshState: before, catalogue, learned, moved }: BuildInput,
  model: ItemModel | undefined,
): ModelByTarget {
  const isSame = moved === undefined || before?.productModel.starts.length === catalogue.length + 1;
  if (before !== undefined && isSame) return before.productModel;
  return byTarget(withOwnWeights(model ?? extendModel(catalogue, learned), learned.plays), randomUUID());
}

/**
 * Returns, by cluster, when all its pages were last known to be current. A full cycle confirms every cluster,
 * as does one that has looked at how far each has moved; a refresh of pages those of which it built all.
 */
function confirmClusters(
  tasks: readonly PageTask[],
  { learned, startedMs, refreshState, moved }: BuildInput,
): Float64Array {
  if (refreshState === undefined || moved !== undefined)
    return new Float64Array(learned.clusters.length).fill(startedMs);
  const confirmedMs = refreshState.confirmedMs.slice();
  for (const { cluster, contexts } of tasks) {
    if (contexts.length === PAGE_CONTEXTS.length) confirmedMs[cluster] = startedMs;
  }
  return confirmedMs;
}
