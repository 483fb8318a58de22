/**
 * The scores and top items of every cluster, which stay on shared memory from one full cycle to the next.
 * Pure.
 */
import { topItemsLimit, type PageShape } from "./carousels.ts";
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import { withColdItems } from "../scoring/cold-items.ts";
import type { TopItems } from "./top-items.ts";
import type { ModelColumn } from "../scoring/item-model.ts";
import type { Vectors } from "../scoring/products.ts";
import type { Learned } from "../clusters/learned.ts";
import { sharedArray } from "../workers/shared-memory.ts";

export function meansOf({ means, itemSeqs }: Pick<Learned, "means" | "itemSeqs">): Vectors {
  return { values: means, stride: itemSeqs.length };
}

export function emptyScores(clusters: number, items: number): Vectors {
  return { values: sharedArray(Float32Array, clusters * items), stride: items };
}

/**
 * `scores` with room for the items that have come since, whose scores follow from what the catalogue says of
 * them.
 */
export function growScores(scores: Vectors, learned: Learned, catalogue: readonly CatalogueEntry[]): Vectors {
  const items = catalogue.length;
  const clusters = learned.clusters.length;
  const means = meansOf(learned);
  const plays = new Uint32Array(items);
  plays.set(learned.plays);
  const columns = withColdItems(
    catalogue.map(({ item }) => item),
    plays,
    learned.columns,
  );
  const grown = emptyScores(clusters, items);
  for (let cluster = 0; cluster < clusters; cluster += 1) {
    const from = cluster * scores.stride;
    grown.values.set(scores.values.subarray(from, from + scores.stride), cluster * items);
    for (let item = scores.stride; item < items; item += 1) {
      grown.values[cluster * items + item] = scoreOf(columns[item]!, means, cluster);
    }
  }
  return grown;
}

function scoreOf({ sources, weights }: ModelColumn, { values, stride }: Vectors, cluster: number): number {
  let score = 0;
  for (let at = 0; at < sources.length; at += 1) {
    // Items that have come since are in nobody's history.
    if (sources[at]! < stride) score += weights[at]! * values[cluster * stride + sources[at]!]!;
  }
  return score;
}

/** Room for every cluster's top items of every carousel, on shared memory. */
export function emptyTopItems(clusters: number, carousels: number, shape: PageShape): TopItems {
  const limit = topItemsLimit(shape);
  return {
    limit,
    rows: sharedArray(Uint32Array, clusters * carousels * limit),
    counts: sharedArray(Uint32Array, clusters * carousels),
  };
}
