/** The part of fit-kept.ts that threads share: the weights of a range of columns, each by Cholesky. Pure. */
import type { ModelColumn } from "../scoring/item-model.ts";
import type { Gram } from "./ease-tasks.ts";

export type FitInput = {
  readonly matrix: Gram;
  /** Added to the diagonal: `regularization` + `share` × its value. */
  readonly ridge: { readonly regularization: number; readonly share: number };
  /** Of the targets from `from` on. */
  readonly columns: readonly ModelColumn[];
  readonly from: number;
};

/** The strongest come first in a column, as in those that were given. */
export function fitColumns({ matrix, ridge, columns, from }: FitInput): ModelColumn[] {
  const most = columns.reduce((size, { sources }) => Math.max(size, sources.length), 0);
  const square = new Float64Array(most * most);
  const side = new Float64Array(most);
  return columns.map(({ sources }, at) => {
    const size = sources.length;
    fill(square, side, sources, from + at, matrix, ridge);
    solve(square, side, size);
    const order = Array.from({ length: size }, (_, place) => place).toSorted(
      (a, b) => Math.abs(side[b]!) - Math.abs(side[a]!) || sources[a]! - sources[b]!,
    );
    return {
      sources: Uint32Array.from(order, (place) => sources[place]!),
      weights: Float32Array.from(order, (place) => side[place]!),
    };
  });
}

/** The lower triangle of G_AA with its ridge, row by row without gaps, and G_At. */
function fill(
  square: Float64Array,
  side: Float64Array,
  sources: Uint32Array,
  target: number,
  { stride, values }: Gram,
  { regularization, share }: FitInput["ridge"],
): void {
  const size = sources.length;
  for (let i = 0; i < size; i += 1) {
    const row = sources[i]! * stride;
    for (let j = 0; j <= i; j += 1) square[i * size + j] = values[row + sources[j]!]!;
    square[i * size + i]! += regularization + share * square[i * size + i]!;
    side[i] = values[row + target]!;
  }
}

/** Overwrites `side` with the solution and `square` with its Cholesky factor; λ > 0 keeps it definite. */
function solve(square: Float64Array, side: Float64Array, size: number): void {
  for (let i = 0; i < size; i += 1) {
    const row = i * size;
    for (let j = 0; j <= i; j += 1) {
      const other = j * size;
      let sum = square[row + j]!;
      for (let k = 0; k < j; k += 1) sum -= square[row + k]! * square[other + k]!;
      square[row + j] = i === j ? Math.sqrt(sum) : sum / square[other + j]!;
    }
    let value = side[i]!;
    for (let k = 0; k < i; k += 1) value -= square[row + k]! * side[k]!;
    side[i] = value / square[row + i]!;
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let value = side[i]!;
    for (let k = i + 1; k < size; k += 1) value -= square[k * size + i]! * side[k]!;
    side[i] = value / square[i * size + i]!;
  }
}
