/** A cluster's strongest items, packed: the prior of a user of whom little is known. Pure. */
import { topK } from "./top-k.ts";

/** Enough for every carousel that a user without history sees first. */
export const PRIOR_ITEMS = 512;

/** Pairs of items.seq u32 and score f32, little endian. */
export function packScores(scores: Float32Array, itemSeqs: Uint32Array): Buffer {
  const rows = topK(scores, PRIOR_ITEMS);
  const packed = Buffer.alloc(rows.length * 8);
  rows.forEach((row, at) => {
    packed.writeUInt32LE(itemSeqs[row]!, at * 8);
    packed.writeFloatLE(scores[row]!, at * 8 + 4);
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
