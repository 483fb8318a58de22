/**
 * Ranks the items for `context=similar`, an item's neighbours, and for `context=search`, text matches. Pure.
 */
import { addScores, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import { topK } from "@spillway/model/scoring/top-k.ts";
import { isShown, type Snapshot } from "../snapshot/snapshot.ts";

const ITEMS_SHOWN = 24;

export type TextMatch = { readonly row: number; readonly relevance: number };

/**
 * The item that the user's scores rank first has its similarity or relevance multiplied by 1 + this weight.
 */
const TASTE_WEIGHT = 0.5;

/**
 * Returns the rows of the item's nearest available neighbours, best first. `taste` are the user's scores; it
 * is undefined without inference.
 */
export function similarRows(snapshot: Snapshot, row: number, taste: Float32Array | undefined): number[] {
  const neighbours = neighboursOf(snapshot.model, row);
  const ranked = blendTaste(neighbours, taste);
  ranked[row] = 0;
  return available(snapshot, topK(ranked, 4 * ITEMS_SHOWN));
}

/**
 * Returns the rows of text matches, in the order of relevance and taste; without taste in the order of
 * `matches`.
 */
export function matchingRows(
  snapshot: Snapshot,
  matches: readonly TextMatch[],
  taste: Float32Array | undefined,
): number[] {
  if (taste === undefined) {
    return available(
      snapshot,
      matches.map(({ row }) => row),
    );
  }
  const relevance = new Float32Array(snapshot.model.itemSeqs.length);
  // In a catalogue of a few items, BM25 may be 0 or less for every match. A match must still rank above no
  // match.
  for (const match of matches) relevance[match.row] = Math.max(1e-6, match.relevance);
  return available(snapshot, topK(blendTaste(relevance, taste), matches.length));
}

/**
 * Returns the scores for somebody who has played this item and nothing else. When the item has no weights as
 * a source, such as a cold item, the weights of the sources that lead to it are used.
 */
function neighboursOf(model: ItemModel, row: number): Float32Array {
  const similarity = new Float32Array(model.itemSeqs.length);
  addScores(model, { rows: Uint32Array.of(row), values: Float32Array.of(1) }, 1, similarity);
  if (similarity.some((value) => value > 0)) return similarity;
  const { rowStarts, columns, weights } = model;
  for (let source = 0; source < similarity.length; source += 1) {
    const end = rowStarts[source + 1] ?? 0;
    for (let at = rowStarts[source] ?? 0; at < end; at += 1) {
      if (columns[at] === row) similarity[source] = weights[at] ?? 0;
    }
  }
  return similarity;
}

function blendTaste(relevance: Float32Array, taste: Float32Array | undefined): Float32Array {
  const most = taste === undefined ? 0 : taste.reduce((a, b) => Math.max(a, b), 0);
  if (taste === undefined || most === 0) return relevance;
  return relevance.map((value, row) => value * (1 + (TASTE_WEIGHT * (taste[row] ?? 0)) / most));
}

function available(snapshot: Snapshot, rows: ArrayLike<number>): number[] {
  return Array.from(rows)
    .filter((row) => isShown(snapshot, row))
    .slice(0, ITEMS_SHOWN);
}
