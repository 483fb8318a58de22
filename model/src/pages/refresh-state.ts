/**
 * What a refresh cycle leaves for the next ones of its process: with it, a change of the catalogue costs only
 * the pages that it touches. Pure.
 */
import type { TopItems } from "./top-items.ts";
import type { ModelByTarget, Vectors } from "../scoring/products.ts";
import type { AppliedLifts } from "./cluster-lifts.ts";
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import type { Learned } from "../clusters/learned.ts";
import { sharedArray } from "../workers/shared-memory.ts";

export type RefreshState = {
  readonly learned: Learned;
  /** When the model was trained, by the real clock. */
  readonly trainedMs: number;
  /** The generation of the newest cycle that stored its pages. */
  readonly generation: number;
  /** The scores of every cluster, for as many items as the catalogue had. */
  readonly scores: Vectors;
  /**
   * By cluster and carousel (`carouselKeys`): what an item must be worth to get onto a page (build-block.ts).
   */
  readonly entryThresholds: Float32Array;
  readonly carouselKeys: readonly string[];
  /**
   * Every cluster's top items of every carousel, one cluster after the other; absent once the carousels are
   * others.
   */
  readonly topItems: TopItems | undefined;
  /** The freshness factors that the scores' worth was worked out with, by row. */
  readonly factors: Float32Array;
  /** The model that the scores were worked out with: it is the same as long as no item comes. */
  readonly productModel: ModelByTarget;
  /** The lifts that stand in the scores, by cluster. */
  readonly lifts: readonly AppliedLifts[];
  /** When all pages of a cluster were last known to be up to date, by the real clock. */
  readonly confirmedMs: Float64Array;
};

/** Whether the catalogue still begins with the items that a model was trained on: then rows mean the same. */
export function beginsWith(catalogue: readonly CatalogueEntry[], itemSeqs: Uint32Array): boolean {
  return itemSeqs.length <= catalogue.length && itemSeqs.every((seq, row) => catalogue[row]?.seq === seq);
}

/** `entryThresholds` in the order of another cycle's carousels; a carousel that is new lets anything in. */
export function reorderThresholds(
  { entryThresholds, carouselKeys }: Pick<RefreshState, "entryThresholds" | "carouselKeys">,
  keys: readonly string[],
): Float32Array {
  const clusters = carouselKeys.length === 0 ? 0 : entryThresholds.length / carouselKeys.length;
  const from = new Map(carouselKeys.map((key, at) => [key, at]));
  const reordered = sharedArray(Float32Array, clusters * keys.length).fill(-1);
  keys.forEach((key, to) => {
    const column = from.get(key);
    if (column === undefined) return;
    for (let cluster = 0; cluster < clusters; cluster += 1) {
      reordered[cluster * keys.length + to] = entryThresholds[cluster * carouselKeys.length + column]!;
    }
  });
  return reordered;
}

/**
 * Freshness factors for a refresh between full cycles: those of the last full cycle, and the factors `now`
 * of dirty items alone. So a refresh changes pages only on account of items that have changed. On shared
 * memory.
 */
export function heldFactors(
  { factors }: Pick<RefreshState, "factors">,
  now: Float32Array,
  dirty: Uint8Array,
): Float32Array {
  const held = sharedArray(Float32Array, now.length);
  held.set(now);
  factors.forEach((factor, row) => {
    if (dirty[row] === 0) held[row] = factor;
  });
  return held;
}
