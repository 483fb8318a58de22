/** The k strongest weights of one column of the model, by absolute size. Pure. */
import type { ModelColumn } from "./item-model.ts";
import { topK } from "./top-k.ts";

/**
 * At most so many weights are kept into each target item. Pruned by source item instead, quality falls by an
 * eighth (docs/architecture.md#ranking).
 */
export const MAX_COLUMN_WEIGHTS = 200;

/**
 * At most so many weights are kept out of each source item, of those above, so that the edge can hold all of
 * them (packs/pack-budget.ts).
 */
export const MAX_ROW_WEIGHTS = 100;

/**
 * Of all columns' weights, each source item's `perSource` strongest. The order within a column stays; of
 * equal weights the one into the smaller row is kept.
 */
export function strongestOfSources(columns: readonly ModelColumn[], perSource: number): ModelColumn[] {
  const bySource: { readonly target: number; readonly at: number; readonly strength: number }[][] = [];
  columns.forEach(({ sources, weights }, target) =>
    sources.forEach((source, at) =>
      (bySource[source] ??= []).push({ target, at, strength: Math.abs(weights[at]!) }),
    ),
  );
  const kept = columns.map(({ sources }) => new Uint8Array(sources.length));
  for (const own of bySource) {
    const strongestFirst = (own ?? []).toSorted((a, b) => b.strength - a.strength || a.target - b.target);
    for (const { target, at } of strongestFirst.slice(0, perSource)) kept[target]![at] = 1;
  }
  return columns.map(({ sources, weights }, target) => ({
    sources: sources.filter((_, at) => kept[target]![at] === 1),
    weights: weights.filter((_, at) => kept[target]![at] === 1),
  }));
}

/**
 * `column` is by source row; weights of 0 or NaN are left out. The strongest come first; ties go to the
 * smaller row.
 */
export function strongest(column: Float32Array, k: number): ModelColumn {
  const sources = topK(column.map(Math.abs), Math.min(k, column.length));
  return { sources, weights: Float32Array.from(sources, (source) => column[source]!) };
}
