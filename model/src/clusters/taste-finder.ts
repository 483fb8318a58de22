/**
 * One user's taste segment by the kernel of segmenter.ts: the search of taste.ts in a tenth of the time. Its
 * products are summed in 32 bits, as a cycle sums them for all users.
 */
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { MAX_HISTORY } from "../profile/history.ts";
import type { SparseVector } from "../profile/history-vector.ts";
import { LANES } from "../scoring/product-kernel.ts";
import {
  F32,
  LINE,
  openSearch,
  PARTS,
  searchTables,
  type SearchTables,
  type SegmentSearch,
} from "./segment-search.ts";
import { multiplyDense } from "./segmenter.ts";
import { createPageChoice, SEGMENTS_COMPARED, type KnownPages } from "./page-choice.ts";
import type { Taste } from "./taste.ts";
import { addNearest, noNearest, probeGroups } from "./taste-segments.ts";
import { sharedArray } from "../workers/shared-memory.ts";

/** In memory that threads share. */
export type TasteTables = SearchTables & KnownPages & { readonly names: readonly string[] };

/** The segment's name; none where the model knows no item of the history. */
export type TasteFinder = (x: SparseVector) => string;

export function tasteTables(taste: Omit<Taste, "itemSeqs">): TasteTables {
  const directions = sharedArray(Float32Array, taste.directions.length);
  const pageRows = sharedArray(Uint32Array, taste.pageRows.length);
  directions.set(taste.directions);
  pageRows.set(taste.pageRows);
  return { ...searchTables(taste, MAX_HISTORY, 1), names: taste.names, directions, pageRows };
}

/** It works in the tables' own memory, on one history at a time. */
export function createTasteFinder(tables: TasteTables): TasteFinder {
  const { names } = tables;
  const search = openSearch(tables);
  const choose = createPageChoice(tables);
  return (x) => {
    if (names.length === 0 || !writeSketch(search, x)) return NO_SIGNALS.affinity;
    return names[choose(nearestOf(search), x, search.sketches)] ?? NO_SIGNALS.affinity;
  };
}

/** Not scaled to length 1, since that changes no comparison of products. False where there is none. */
function writeSketch(search: SegmentSearch, { rows, values }: SparseVector): boolean {
  const { kernel, addresses, items, capacity, starts, sources, weights, sketches, products } = search;
  sketches.fill(0);
  for (let from = 0; from < rows.length; from += capacity) {
    const count = Math.min(capacity, rows.length - from);
    for (let at = 0; at < count; at += 1) {
      sources[at] = LINE * rows[from + at]!;
      weights[at] = values[from + at]!;
    }
    starts[1] = F32 * count;
    for (let part = 0; part < PARTS; part += 1) {
      const table = addresses.sourceTable + part * items * LINE;
      const { starts: first, sources: row, weights: weight, products: out } = addresses;
      kernel.multiply(1, first, row, weight, table, out);
      for (let lane = 0; lane < LANES; lane += 1) sketches[part * LANES + lane]! += products[lane]!;
    }
  }
  return sketches.some((value) => value !== 0);
}

function nearestOf(search: SegmentSearch): readonly number[] {
  const { addresses, groups, groupBlocks, groupProducts, groupStarts, blockStarts, products } = search;
  for (let block = 0; block < groupBlocks; block += 1)
    multiplyDense(search, 1, addresses.sketches, block, addresses.products + block * LINE);
  for (let group = 0; group < groups; group += 1) groupProducts[group] = products[group]!;
  const nearest = noNearest(SEGMENTS_COMPARED);
  for (const group of probeGroups(groupStarts, groupProducts)) {
    const first = groupStarts[group]!;
    const size = groupStarts[group + 1]! - first;
    for (let from = 0; from < size; from += LANES) {
      multiplyDense(search, 1, addresses.sketches, blockStarts[group]! + from / LANES, addresses.products);
      const lanes = Math.min(LANES, size - from);
      for (let lane = 0; lane < lanes; lane += 1) addNearest(nearest, first + from + lane, products[lane]!);
    }
  }
  return nearest.segments;
}
