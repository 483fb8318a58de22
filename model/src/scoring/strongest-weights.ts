/** The k strongest weights of one column of the model, by absolute size. Pure. */
import type { ModelColumn } from "./item-model.ts";
import { topK } from "./top-k.ts";

/**
 * At most so many weights are kept into each target item. Pruned by source item instead, quality falls by an
 * eighth (docs/architecture.md#ranking).
 */
export const MAX_COLUMN_WEIGHTS = 200;

/**
 * At most so many of EASE's weights are kept out of each source item, and some 90 on average
 * (trainers/choose-sources.ts), so that the edge can hold all of them (packs/pack-budget.ts).
 */
export const MAX_ROW_WEIGHTS = 150;

/**
 * The same of cosines, which are not fitted again to what is left. What nearly all have played leads nearly
 * everywhere, which says little and is most of a sum (docs/decisions/0049-the-origins-answer.md).
 */
export const MAX_COSINE_ROW_WEIGHTS = 1000;

/**
 * Of all columns' weights, each source item's `perSource` strongest. The order within a column stays; of
 * equal weights the one into the smaller row is kept.
 */
export function strongestOfSources(columns: readonly ModelColumn[], perSource: number): ModelColumn[] {
  const starts = new Uint32Array(columns.length + 1);
  for (const { sources } of columns) for (const source of sources) starts[source + 1]! += 1;
  for (let row = 0; row < columns.length; row += 1) starts[row + 1]! += starts[row]!;
  const strengths = new Float32Array(starts.at(-1) ?? 0);
  /** Where each weight stands among its source's, column after column. */
  const places = new Uint32Array(strengths.length);
  const next = starts.slice();
  let at = 0;
  for (const { sources, weights } of columns) {
    sources.forEach((source, own) => {
      const place = next[source]!++;
      places[at++] = place;
      strengths[place] = Math.abs(weights[own]!);
    });
  }
  const kept = new Uint8Array(strengths.length);
  for (let row = 0; row < columns.length; row += 1) {
    const from = starts[row]!;
    for (const place of topK(strengths.subarray(from, starts[row + 1]), perSource)) kept[from + place] = 1;
  }
  let first = 0;
  return columns.map(({ sources, weights }) => {
    const base = first;
    first += sources.length;
    return {
      sources: sources.filter((_, own) => kept[places[base + own]!] === 1),
      weights: weights.filter((_, own) => kept[places[base + own]!] === 1),
    };
  });
}

/**
 * `column` is by source row; weights of 0 or NaN are left out. The strongest come first; ties go to the
 * smaller row.
 */
export function strongest(column: Float32Array, k: number): ModelColumn {
  const strengths = new Float32Array(column.length);
  for (let row = 0; row < column.length; row += 1) strengths[row] = Math.abs(column[row]!);
  const sources = topK(strengths, Math.min(k, column.length));
  return { sources, weights: Float32Array.from(sources, (source) => column[source]!) };
}
