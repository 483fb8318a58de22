/** A cluster's strongest items, packed: the prior of a user of whom little is known. Pure. */
import type { SparseVector } from "../profile/history-vector.ts";
import type { Range } from "../workers/ranges.ts";
import type { Vectors } from "./products.ts";
import { topK } from "./top-k.ts";

/** So many items fill every carousel that a user without history sees first. */
export const PRIOR_ITEMS = 512;

/**
 * Pairs of items.seq u32 and score f32, little endian. `strengths` say which items are the strongest, by row
 * as the scores.
 */
export function packScores(
  scores: Float32Array,
  itemSeqs: Uint32Array,
  strengths: Float32Array = scores,
): Uint8Array<ArrayBuffer> {
  const rows = topK(strengths, PRIOR_ITEMS);
  const packed = new Uint8Array(rows.length * 8);
  const view = new DataView(packed.buffer);
  rows.forEach((row, at) => {
    view.setUint32(at * 8, itemSeqs[row]!, true);
    view.setFloat32(at * 8 + 4, scores[row]!, true);
  });
  return packed;
}

/** Adds factor × the packed scores to `scores`, by row of the model. */
export function addPackedScores(
  packed: Uint8Array,
  rowOf: (itemSeq: number) => number | undefined,
  factor: number,
  scores: Float32Array,
): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at + 8 <= packed.byteLength; at += 8) {
    const row = rowOf(view.getUint32(at, true));
    if (row !== undefined) scores[row]! += factor * view.getFloat32(at + 4, true);
  }
}

/** The packed scores of the items that the model has, by its rows. */
export function unpackScores(
  packed: Uint8Array,
  rowOf: (itemSeq: number) => number | undefined,
): SparseVector {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const rows: number[] = [];
  const values: number[] = [];
  for (let at = 0; at + 8 <= packed.byteLength; at += 8) {
    const row = rowOf(view.getUint32(at, true));
    if (row === undefined) continue;
    rows.push(row);
    values.push(view.getFloat32(at + 4, true));
  }
  return { rows: Uint32Array.from(rows), values: Float32Array.from(values) };
}

export type PriorsInput = Range & {
  readonly scores: Vectors;
  readonly itemSeqs: Uint32Array;
  /** The freshness factors of the cycle, by row. */
  readonly factors: Float32Array;
};

/** The packed scores of the clusters `from` … `to`: a task for a thread. */
export function packPriors({ scores, itemSeqs, factors, from, to }: PriorsInput): Uint8Array<ArrayBuffer>[] {
  const strengths = new Float32Array(itemSeqs.length);
  return Array.from({ length: to - from }, (_, at) => {
    const base = (from + at) * scores.stride;
    const own = scores.values.subarray(base, base + itemSeqs.length);
    // Few have played tonight's match, and it leads the page all the same: a page weighs scores by freshness.
    // What is not available now may be in an hour.
    for (let row = 0; row < own.length; row += 1) strengths[row] = own[row]! * Math.max(1, factors[row] ?? 1);
    return packScores(own, itemSeqs, strengths);
  });
}
