/** A cluster's strongest items, packed: the prior of a user of whom little is known. Pure. */
import type { Range } from "../workers/ranges.ts";
import type { Vectors } from "./products.ts";
import { topK } from "./top-k.ts";

/** So many items fill every carousel that a user without history sees first. */
export const PRIOR_ITEMS = 512;

/** Pairs of items.seq u32 and score f32, little endian. */
export function packScores(scores: Float32Array, itemSeqs: Uint32Array): Uint8Array<ArrayBuffer> {
  const rows = topK(scores, PRIOR_ITEMS);
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

/** The packed scores of the clusters `from` … `to`: a task for a thread. */
export function packPriors({
  scores,
  itemSeqs,
  from,
  to,
}: Range & { readonly scores: Vectors; readonly itemSeqs: Uint32Array }): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: to - from }, (_, at) => {
    const base = (from + at) * scores.stride;
    return packScores(scores.values.subarray(base, base + itemSeqs.length), itemSeqs);
  });
}
