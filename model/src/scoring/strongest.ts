/** The k strongest weights of one column of the model, by absolute size. Pure. */
import type { ModelColumn } from "./item-model.ts";
import { topK } from "./top-k.ts";

/**
 * At most this many weights are kept into each target item: pruned by source instead, quality falls by an eighth
 * (docs/architecture.md#ranking).
 */
export const MAX_COLUMN_WEIGHTS = 200;

/** `column` by source row; what is 0 or NaN is left out. Strongest first; ties go to the smaller row. */
export function strongest(column: Float32Array, k: number): ModelColumn {
  const sources = topK(column.map(Math.abs), Math.min(k, column.length));
  return { sources, weights: Float32Array.from(sources, (source) => column[source]!) };
}
