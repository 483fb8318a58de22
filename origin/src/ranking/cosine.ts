/** Trains the item–item model as shrunk cosine neighbours, for catalogues of any size. Pure. */
import type { ModelColumn } from "./model.ts";
import { topK } from "./top-k.ts";

/** Histories as rows of items: user u's items stand at starts[u] … starts[u + 1]. */
export type Interactions = { readonly starts: Uint32Array; readonly rows: Uint32Array };

export type CosineOptions = {
  readonly items: number;
  /** Pulls the similarity of rarely seen pairs to 0. */
  readonly shrinkage: number;
  /** Weights kept into each target item: at most 200 (DESIGN §7). */
  readonly perColumn: number;
};

const BLOCK_BYTES = 64 * 1024 * 1024;

/**
 * B_ij = G_ij / (√G_ii · √G_jj + shrinkage) with G the co-occurrence counts (Sarwar et al., WWW 2001; shrinkage as in
 * Bell and Koren, ICDM 2007). Works through the target items in blocks, so that memory stays at 64 MB for any catalogue.
 */
export function trainCosine(interactions: Interactions, options: CosineOptions): ModelColumn[] {
  const { items, shrinkage, perColumn } = options;
  const { starts, rows } = interactions;
  const users = starts.length - 1;
  const counts = new Float64Array(items);
  for (const row of rows) counts[row]! += 1;
  const norms = counts.map(Math.sqrt);
  const blockSize = Math.max(1, Math.min(items, Math.floor(BLOCK_BYTES / 4 / Math.max(1, items))));
  const columns: ModelColumn[] = [];
  const together = new Float32Array(blockSize * items);
  for (let from = 0; from < items; from += blockSize) {
    const to = Math.min(items, from + blockSize);
    together.fill(0);
    for (let user = 0; user < users; user += 1) {
      const start = starts[user]!;
      const end = starts[user + 1]!;
      for (let a = start; a < end; a += 1) {
        const target = rows[a]!;
        if (target < from || target >= to) continue;
        const base = (target - from) * items;
        for (let b = start; b < end; b += 1) together[base + rows[b]!]! += 1;
      }
    }
    for (let target = from; target < to; target += 1) {
      const base = (target - from) * items;
      const similarity = together.subarray(base, base + items);
      similarity[target] = 0;
      for (let source = 0; source < items; source += 1) {
        const count = similarity[source]!;
        if (count > 0) similarity[source] = count / (norms[source]! * norms[target]! + shrinkage);
      }
      const sources = topK(similarity, perColumn);
      columns.push({ sources, weights: Float32Array.from(sources, (source) => similarity[source]!) });
    }
  }
  return columns;
}
