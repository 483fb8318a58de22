/** What a cycle leaves for the next ones of its process: with it, a change of the catalogue costs only the pages it touches. */
import type { Dealt } from "./top-items.ts";
import type { Vectors } from "../scoring/products.ts";
import type { CatalogueRow } from "../scoring/catalogue-row.ts";
import type { Learned } from "../clusters/learned.ts";

export type Kept = {
  readonly learned: Learned;
  /** When `learned` was trained, by the real clock. */
  readonly trainedMs: number;
  /** The newest cycle that stored its pages. */
  readonly generation: number;
  /** Of every cluster, for as many items as the catalogue had. */
  readonly scores: Vectors;
  /** By cluster and shelf (`shelfKeys`): what an item must be worth to get onto a page (page-worker.ts). */
  readonly bars: Float32Array;
  readonly shelfKeys: readonly string[];
  /** Every cluster's candidates for every shelf, one cluster after the other; absent once the shelves are others. */
  readonly candidates: Dealt | undefined;
  /** By row: the freshness that all this was worked out with. */
  readonly factors: Float32Array;
  /** By cluster: when all its pages were last known to be what the audience and the catalogue ask for, by the real clock. */
  readonly confirmedMs: Float64Array;
};

/** Whether the catalogue still begins with the items that something was learned from: rows mean the same then. */
export function beginsWith(catalogue: readonly CatalogueRow[], itemSeqs: Uint32Array): boolean {
  return itemSeqs.length <= catalogue.length && itemSeqs.every((seq, row) => catalogue[row]?.seq === seq);
}

/** `bars` in the order of another cycle's shelves; a shelf that is new lets anything in. */
export function reorderBars(
  { bars, shelfKeys }: Pick<Kept, "bars" | "shelfKeys">,
  keys: readonly string[],
): Float32Array {
  const clusters = shelfKeys.length === 0 ? 0 : bars.length / shelfKeys.length;
  const from = new Map(shelfKeys.map((key, at) => [key, at]));
  const reordered = new Float32Array(new SharedArrayBuffer(4 * clusters * keys.length)).fill(-1);
  keys.forEach((key, to) => {
    const column = from.get(key);
    if (column === undefined) return;
    for (let cluster = 0; cluster < clusters; cluster += 1) {
      reordered[cluster * keys.length + to] = bars[cluster * shelfKeys.length + column]!;
    }
  });
  return reordered;
}

/**
 * Freshness stands still between full cycles: `now`, but what a cycle has left for all items that have not changed since.
 * A refresh then changes what changed items bring about, and nothing else. On shared memory.
 */
export function heldFactors(
  { factors }: Pick<Kept, "factors">,
  now: Float32Array,
  dirty: Uint8Array,
): Float32Array {
  const held = new Float32Array(new SharedArrayBuffer(now.byteLength));
  held.set(now);
  factors.forEach((factor, row) => {
    if (dirty[row] === 0) held[row] = factor;
  });
  return held;
}
