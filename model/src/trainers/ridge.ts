/** Ridge regressions of one title on some others, each by Cholesky in the kernels' memory. Pure. */
import { kernelMemory, kernelsOn } from "../kernels/kernels.ts";
import type { PairCounts } from "./pair-tasks.ts";

export type RidgeInput = {
  readonly counts: PairCounts;
  /** Users who have played each item that the counts know. */
  readonly plays: Uint32Array;
  /** Added to the diagonal: `regularization` + `share` × its value. */
  readonly ridge: { readonly regularization: number; readonly share: number };
};

export type Ridge = {
  /**
   * The weights of `sources`, which ascend, where the target was played together with source number j by
   * together(j) users. Valid until the next call.
   */
  readonly solve: (sources: Uint32Array, together: (j: number) => number) => Float64Array;
};

/** `most`: sources that one regression has at most. */
export function createRidge(most: number, { counts, plays, ridge }: RidgeInput): Ridge {
  const { values, offsets } = counts;
  // Whole vectors to a row.
  const stride = most + (most % 2);
  const memory = kernelMemory(8 * (stride * most + most));
  const { solveRidge } = kernelsOn(memory);
  const square = new Float64Array(memory.buffer, 0, stride * most);
  const side = new Float64Array(memory.buffer, 8 * stride * most, most);
  return {
    solve: (sources, together) => {
      const size = sources.length;
      for (let j = 0; j < size; j += 1) {
        const row = offsets[sources[j]!]!;
        const own = plays[sources[j]!]!;
        square[j * stride + j] = own + ridge.regularization + ridge.share * own;
        for (let i = j + 1; i < size; i += 1) square[i * stride + j] = values[row + sources[i]!]!;
        side[j] = together(j);
      }
      solveRidge(0, side.byteOffset, size, 8 * stride);
      return side.subarray(0, size);
    },
  };
}
