/**
 * Taste as a short vector, the sketch: a user's individual scores s = x · B in the few coordinates that tell
 * users apart best. Pure.
 */
import type { Histories } from "../profile/histories.ts";
import type { ItemModel } from "../scoring/item-model.ts";
import type { SparseVector } from "../profile/history-vector.ts";
import { sharedArray } from "../workers/shared-memory.ts";

export const TASTE_DIMENSIONS = 64;

/**
 * So many rounds lead from random directions to the principal ones; more rounds move only the last few of the
 * 64.
 */
const ITERATIONS = 4;

const D = TASTE_DIMENSIONS;

/**
 * P: orthonormal directions in the space of scores, items × {@link TASTE_DIMENSIONS} row by row, that hold as
 * much of the scores' squared length as so many directions can. Found by randomized subspace iteration
 * (Halko, Martinsson and Tropp, SIAM Review 2011) from the scores of `users`. `draw` gives uniform numbers in
 * [0, 1). Directions beyond the rank of the scores are 0.
 */
export function principalDirections(
  model: ItemModel,
  histories: Histories,
  users: Uint32Array,
  draw: () => number,
): Float32Array {
  const size = model.itemSeqs.length;
  let directions: Float32Array = new Float32Array(size * D).map(() => draw() - 0.5);
  orthonormalize(directions, size);
  const own = new Float32Array(D);
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const perSource = projectSources(model, directions);
    const gathered = new Float32Array(size * D);
    for (const user of users) {
      const from = histories.starts[user]!;
      const to = histories.starts[user + 1]!;
      sketchInto(perSource, histories, from, to, own);
      for (let at = from; at < to; at += 1) {
        const base = histories.rows[at]! * D;
        const value = histories.values[at]!;
        for (let d = 0; d < D; d += 1) gathered[base + d]! += value * own[d]!;
      }
    }
    directions = scatterToTargets(model, gathered);
    orthonormalize(directions, size);
  }
  return directions;
}

/**
 * B · P: what each item of a history adds to the sketch, items × {@link TASTE_DIMENSIONS}, by source item. On
 * shared memory.
 */
export function projectSources(model: ItemModel, directions: Float32Array): Float32Array {
  const { rowStarts, columns, weights } = model;
  const size = model.itemSeqs.length;
  const perSource = sharedArray(Float32Array, size * D);
  for (let row = 0; row < size; row += 1) {
    const base = row * D;
    for (let k = rowStarts[row]!; k < rowStarts[row + 1]!; k += 1) {
      const weight = weights[k]!;
      const from = columns[k]! * D;
      for (let d = 0; d < D; d += 1) perSource[base + d]! += weight * directions[from + d]!;
    }
  }
  return perSource;
}

/** Bᵀ · Z */
function scatterToTargets(
  { rowStarts, columns, weights, itemSeqs }: ItemModel,
  perSource: Float32Array,
): Float32Array {
  const perTarget = new Float32Array(itemSeqs.length * D);
  for (let row = 0; row < itemSeqs.length; row += 1) {
    const base = row * D;
    for (let k = rowStarts[row]!; k < rowStarts[row + 1]!; k += 1) {
      const weight = weights[k]!;
      const to = columns[k]! * D;
      for (let d = 0; d < D; d += 1) perTarget[to + d]! += weight * perSource[base + d]!;
    }
  }
  return perTarget;
}

/**
 * Gram–Schmidt, twice over each column, since one pass loses digits (Kahan and Parlett: "twice is enough").
 */
function orthonormalize(rows: Float32Array, size: number): void {
  const columns = Array.from({ length: D }, (_, d) =>
    Float64Array.from({ length: size }, (_row, row) => rows[row * D + d]!),
  );
  columns.forEach((column, d) => {
    const before = Math.sqrt(dot(column, column));
    for (let pass = 0; pass < 2; pass += 1) {
      for (let earlier = 0; earlier < d; earlier += 1) {
        const other = columns[earlier]!;
        const along = dot(column, other);
        for (let row = 0; row < size; row += 1) column[row]! -= along * other[row]!;
      }
    }
    const length = Math.sqrt(dot(column, column));
    // Where the other directions span this one, only rounding errors are left of it.
    const scale = length > 1e-6 * before ? 1 / length : 0;
    for (let row = 0; row < size; row += 1) column[row]! *= scale;
  });
  columns.forEach((column, d) => {
    for (let row = 0; row < size; row += 1) rows[row * D + d] = column[row]!;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
  return sum;
}

function sketchInto(
  perSource: Float32Array,
  { rows, values }: SparseVector,
  from: number,
  to: number,
  into: Float32Array,
): void {
  // Four sums at a time stay in the processor's registers, rounded after each step as they are where they go.
  for (let d = 0; d < D; d += 4) {
    let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
    for (let at = from; at < to; at += 1) {
      const base = rows[at]! * D + d;
      const value = values[at]!;
      sum0 = Math.fround(sum0 + value * perSource[base]!);
      sum1 = Math.fround(sum1 + value * perSource[base + 1]!);
      sum2 = Math.fround(sum2 + value * perSource[base + 2]!);
      sum3 = Math.fround(sum3 + value * perSource[base + 3]!);
    }
    into[d] = sum0;
    into[d + 1] = sum1;
    into[d + 2] = sum2;
    into[d + 3] = sum3;
  }
}

/**
 * Writes the sketch of the entries `from` … `to` of `x`, scaled to length 1, into `into`. False where there
 * is none, since the model knows no item among them.
 */
export function sketch(
  perSource: Float32Array,
  x: SparseVector,
  from: number,
  to: number,
  into: Float32Array,
): boolean {
  sketchInto(perSource, x, from, to, into);
  let squares = 0;
  for (let d = 0; d < D; d += 1) squares += into[d]! * into[d]!;
  const length = Math.sqrt(squares);
  if (!(length > 0)) return false;
  for (let d = 0; d < D; d += 1) into[d]! /= length;
  return true;
}
