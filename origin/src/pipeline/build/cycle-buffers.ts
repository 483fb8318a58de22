/**
 * The buffers that building pages fills: taken over from the last cycle where they still fit, new where not.
 */
import type { PageShape } from "@spillway/model/pages/carousels.ts";
import { emptyScores, emptyTopItems, growScores } from "@spillway/model/pages/cluster-scores.ts";
import { reorderThresholds, type RefreshState } from "@spillway/model/pages/refresh-state.ts";
import type { TopItems } from "@spillway/model/pages/top-items.ts";
import type { Learned } from "@spillway/model/clusters/learned.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { Vectors } from "@spillway/model/scoring/products.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";

export type CycleBuffers = {
  readonly scores: Vectors;
  /** One for each cluster and carousel key. */
  readonly entryThresholds: Float32Array;
  readonly topItems: TopItems;
  /**
   * Whether `topItems` holds the last cycle's values: only then can it be updated by the changed rows alone.
   */
  readonly topItemsReused: boolean;
  /** Whether the carousel keys are those of the last cycle; true in a full cycle. */
  readonly sameCarousels: boolean;
  /** Whether the catalogue has items that the last cycle's scores did not have. */
  readonly grown: boolean;
};

export type BufferOptions = {
  readonly learned: Learned;
  readonly catalogue: readonly CatalogueEntry[];
  readonly carouselKeys: readonly string[];
  readonly shape: PageShape;
};

/** Buffers of a full cycle, which computes every score anew. */
export function newBuffers({ learned, catalogue, carouselKeys, shape }: BufferOptions): CycleBuffers {
  const clusters = learned.clusters.length;
  return {
    scores: emptyScores(clusters, catalogue.length),
    entryThresholds: sharedArray(Float32Array, clusters * carouselKeys.length).fill(Infinity),
    topItems: emptyTopItems(clusters, carouselKeys.length, shape),
    topItemsReused: false,
    sameCarousels: true,
    grown: false,
  };
}

/** Buffers of a refresh of pages. Top items cannot be reused when a carousel has come or gone. */
export function reusedBuffers(
  state: RefreshState,
  { learned, catalogue, carouselKeys, shape }: BufferOptions,
): CycleBuffers {
  const grown = catalogue.length > state.scores.stride;
  const sameCarousels = state.carouselKeys.join("\n") === carouselKeys.join("\n");
  const reused = sameCarousels ? state.topItems : undefined;
  return {
    scores: grown ? growScores(state.scores, learned, catalogue) : state.scores,
    entryThresholds: reorderThresholds(state, carouselKeys),
    topItems: reused ?? emptyTopItems(learned.clusters.length, carouselKeys.length, shape),
    topItemsReused: reused !== undefined,
    sameCarousels,
    grown,
  };
}
