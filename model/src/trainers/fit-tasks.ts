/** The part of fit-kept.ts that threads share: the weights of a range of columns. Pure. */
import type { ModelColumn } from "../scoring/item-model.ts";
import { createRidge, type RidgeInput } from "./ridge.ts";

export type FitInput = RidgeInput & {
  /** Of the targets from `from` on. */
  readonly columns: readonly ModelColumn[];
  readonly from: number;
};

/** The strongest come first in a column, as in those that were given. */
export function fitColumns({ columns, from, ...input }: FitInput): ModelColumn[] {
  const most = columns.reduce((size, { sources }) => Math.max(size, sources.length), 0);
  const ridge = createRidge(most, input);
  const { values, offsets } = input.counts;
  return columns.map(({ sources }, at) => {
    const target = from + at;
    const ascending = sources.toSorted();
    const weights = ridge.solve(ascending, (j) => {
      const source = ascending[j]!;
      return source < target ? values[offsets[source]! + target]! : values[offsets[target]! + source]!;
    });
    return strongestFirst(ascending, weights);
  });
}

export function strongestFirst(sources: Uint32Array, weights: Float64Array): ModelColumn {
  const order = Array.from(sources, (_, place) => place).toSorted(
    (a, b) => Math.abs(weights[b]!) - Math.abs(weights[a]!) || a - b,
  );
  return {
    sources: Uint32Array.from(order, (place) => sources[place]!),
    weights: Float32Array.from(order, (place) => weights[place]!),
  };
}
