/** Taste as a short vector: a user's individual scores, projected to few dimensions and scaled to length 1. Pure. */
import type { ItemModel, SparseVector } from "../ranking/model.ts";

export const SKETCH_DIMENSIONS = 64;

/** B · P, by row of the model: what one item of a history adds to the sketch. */
export type SketchBasis = { readonly dimensions: number; readonly rows: Float32Array };

/**
 * Scores are s = x · B, so their sketch is x · (B · P), a history's length times 64 multiply-adds. P holds random signs
 * (Achlioptas 2003): squared distances between score vectors survive within a few percent (Johnson–Lindenstrauss).
 * `draw` gives uniform numbers in [0, 1).
 */
export function sketchBasis(
  model: ItemModel,
  draw: () => number,
  dimensions = SKETCH_DIMENSIONS,
): SketchBasis {
  const size = model.itemSeqs.length;
  const signs = new Float32Array(size * dimensions);
  for (let at = 0; at < signs.length; at += 1) signs[at] = draw() < 0.5 ? -1 : 1;
  const rows = new Float32Array(size * dimensions);
  for (let row = 0; row < size; row += 1) {
    const base = row * dimensions;
    for (let k = model.rowStarts[row]!; k < model.rowStarts[row + 1]!; k += 1) {
      const weight = model.weights[k]!;
      const from = model.columns[k]! * dimensions;
      for (let d = 0; d < dimensions; d += 1) rows[base + d]! += weight * signs[from + d]!;
    }
  }
  return { dimensions, rows };
}

/** Writes the sketch of `x` at `offset` of `into`; false when there is nothing to tell (no known item). */
export function sketch(basis: SketchBasis, x: SparseVector, into: Float32Array, offset: number): boolean {
  const { dimensions, rows } = basis;
  const target = into.subarray(offset, offset + dimensions).fill(0);
  for (let at = 0; at < x.rows.length; at += 1) {
    const base = x.rows[at]! * dimensions;
    const value = x.values[at]!;
    for (let d = 0; d < dimensions; d += 1) target[d]! += value * rows[base + d]!;
  }
  const length = Math.hypot(...target);
  if (length === 0) return false;
  for (let d = 0; d < dimensions; d += 1) target[d]! /= length;
  return true;
}
