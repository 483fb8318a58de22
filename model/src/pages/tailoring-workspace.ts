/**
 * The buffers that tailoring a page overwrites. Made once for each isolate: giving out and clearing so much
 * memory for each request would take longer than filling it.
 */

import { createSortingRoom, type SortingRoom } from "./sort-by-worth.ts";
import type { TopItems } from "./top-items.ts";

export type TailoringWorkspace = {
  /** By row of the catalogue, in which stands what the last page left. */
  readonly scores: (items: number) => Float32Array;
  /** By row; all 0 between two uses. */
  readonly marks: (items: number) => Uint8Array;
  /** Room for each row once. */
  readonly candidates: (items: number) => Uint32Array;
  /** Likewise, and for one more. */
  readonly nominated: (items: number) => Uint32Array;
  /** At least so many numbers, and their bits. */
  readonly values: (count: number) => { readonly values: Float32Array; readonly bits: Int32Array };
  /** Room to sort at least so many rows. */
  readonly sorting: (rows: number) => SortingRoom;
  /** Room for so many carousels' top items. */
  readonly topItems: (carousels: number, limit: number) => TopItems;
  /** A histogram over the upper bits of floats. */
  readonly bins: Uint32Array;
};

/** As tailored-scores.ts needs. */
const BINS = 256;

export function createTailoringWorkspace(): TailoringWorkspace {
  let scores = new Float32Array(0);
  let marks = new Uint8Array(0);
  let candidates = new Uint32Array(0);
  let nominated = new Uint32Array(0);
  let values = floatsWithBits(4096);
  let sorting = createSortingRoom(1024);
  let topItems: TopItems = { limit: 0, rows: new Uint32Array(0), counts: new Uint32Array(0) };
  return {
    scores: (items) => (scores.length === items ? scores : (scores = new Float32Array(items))),
    marks: (items) => (marks.length === items ? marks : (marks = new Uint8Array(items))),
    candidates: (items) => (candidates.length === items ? candidates : (candidates = new Uint32Array(items))),
    nominated: (items) => (nominated.length > items ? nominated : (nominated = new Uint32Array(items + 1))),
    values: (count) => (values.values.length >= count ? values : (values = floatsWithBits(2 * count))),
    sorting: (rows) => (sorting.keys.length >= rows ? sorting : (sorting = createSortingRoom(2 * rows))),
    topItems: (carousels, limit) => {
      if (topItems.limit !== limit || topItems.counts.length !== carousels) {
        const counts = new Uint32Array(carousels);
        topItems = { limit, rows: new Uint32Array(carousels * limit), counts };
      }
      return topItems;
    },
    bins: new Uint32Array(BINS),
  };
}

function floatsWithBits(count: number): { values: Float32Array; bits: Int32Array } {
  const values = new Float32Array(count);
  return { values, bits: new Int32Array(values.buffer) };
}
