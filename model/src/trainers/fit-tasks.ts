/** The part of fit-kept.ts that threads share: the weights of a range of columns, each by Cholesky. Pure. */
import { kernelMemory, kernelsOn } from "../kernels/kernels.ts";
import type { ModelColumn } from "../scoring/item-model.ts";
import type { PairCounts } from "./pair-tasks.ts";

export type FitInput = {
  readonly counts: PairCounts;
  /** Users who have played each item. */
  readonly plays: Uint32Array;
  /** Added to the diagonal: `regularization` + `share` × its value. */
  readonly ridge: { readonly regularization: number; readonly share: number };
  /** Of the targets from `from` on. */
  readonly columns: readonly ModelColumn[];
  readonly from: number;
};

/** The strongest come first in a column, as in those that were given. */
export function fitColumns({ columns, from, ...input }: FitInput): ModelColumn[] {
  const most = columns.reduce((size, { sources }) => Math.max(size, sources.length), 0);
  // Whole vectors to a row.
  const stride = most + (most % 2);
  const memory = kernelMemory(8 * (stride * most + most));
  const { solveRidge } = kernelsOn(memory);
  const square = new Float64Array(memory.buffer, 0, stride * most);
  const side = new Float64Array(memory.buffer, 8 * stride * most, most);
  return columns.map(({ sources }, at) => {
    const size = sources.length;
    const ascending = sources.toSorted();
    fill(square, stride, side, ascending, from + at, input);
    solveRidge(0, side.byteOffset, size, 8 * stride);
    const order = Array.from({ length: size }, (_, place) => place).toSorted(
      (a, b) => Math.abs(side[b]!) - Math.abs(side[a]!) || a - b,
    );
    return {
      sources: Uint32Array.from(order, (place) => ascending[place]!),
      weights: Float32Array.from(order, (place) => side[place]!),
    };
  });
}

/** The lower triangle of G_AA with its ridge, and G_At. `sources` ascend. */
function fill(
  square: Float64Array,
  stride: number,
  side: Float64Array,
  sources: Uint32Array,
  target: number,
  {
    counts: { values, offsets },
    plays,
    ridge: { regularization, share },
  }: Pick<FitInput, "counts" | "plays" | "ridge">,
): void {
  const size = sources.length;
  for (let j = 0; j < size; j += 1) {
    const source = sources[j]!;
    const row = offsets[source]!;
    const own = plays[source]!;
    square[j * stride + j] = own + regularization + share * own;
    for (let i = j + 1; i < size; i += 1) square[i * stride + j] = values[row + sources[i]!]!;
    side[j] = source < target ? values[row + target]! : values[offsets[target]! + source]!;
  }
}
