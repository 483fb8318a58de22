/** The k strongest weights of one column of the model, by absolute size. Pure. */
import type { ModelColumn } from "./item-model.ts";
import { topK } from "./top-k.ts";

/**
 * At most so many weights are kept into each target item. Pruned by source item instead, quality falls by an
 * eighth (docs/architecture.md#ranking).
 */
export const MAX_COLUMN_WEIGHTS = 200;

/**
 * `column` is by source row; weights of 0 or NaN are left out. The strongest come first; ties go to the
 * smaller row.
 */
export function strongest(column: Float32Array, k: number): ModelColumn {
  const sources = topK(column.map(Math.abs), Math.min(k, column.length));
  return { sources, weights: Float32Array.from(sources, (source) => column[source]!) };
}
