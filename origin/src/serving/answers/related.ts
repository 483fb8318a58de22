/**
 * Ranks the items for `context=similar`, an item's neighbours, and for `context=search`, text matches. Pure.
 */
import { addScores } from "@spillway/model/scoring/item-model.ts";
import { rowWeights, weightsInto } from "@spillway/model/scoring/ranking-model.ts";
import { topK } from "@spillway/model/scoring/top-k.ts";
import type { ServingModel, Snapshot } from "../snapshot/snapshot.ts";

const ITEMS_SHOWN = 24;

/** Whether a row may be shown to whom the answer is for. */
export type IsShown = (row: number) => boolean;

export type TextMatch = { readonly row: number; readonly relevance: number };

/**
 * The item that the user's scores rank first has its similarity or relevance multiplied by 1 + this weight.
 */
const TASTE_WEIGHT = 0.5;

/**
 * Returns the rows of the item's nearest available neighbours, best first. `taste` are the user's scores; it
 * is undefined without inference.
 */
export function similarRows(
  { model }: Snapshot,
  row: number,
  taste: Float32Array | undefined,
  isShown: IsShown,
): number[] {
  const ranked = blendTaste(neighboursOf(model, row), taste);
  ranked[row] = 0;
  ranked.forEach((value, other) => {
    if (value > 0 && !isShown(other)) ranked[other] = 0;
  });
  return Array.from(topK(ranked, ITEMS_SHOWN));
}

/**
 * Returns the rows of text matches, in the order of relevance and taste; without taste in the order of
 * `matches`.
 */
export function matchingRows(
  snapshot: Snapshot,
  matches: readonly TextMatch[],
  taste: Float32Array | undefined,
  isShown: IsShown,
): number[] {
  if (taste === undefined) {
    return available(
      matches.map(({ row }) => row),
      isShown,
    );
  }
  const relevance = new Float32Array(snapshot.model.itemSeqs.length);
  // In a catalogue of a few items, BM25 may be 0 or less for every match. A match must still rank above no
  // match.
  for (const match of matches) relevance[match.row] = Math.max(1e-6, match.relevance);
  return available(topK(blendTaste(relevance, taste), matches.length), isShown);
}

/**
 * Returns the scores for somebody who has played this item and nothing else. When the item has no weights as
 * a source, such as a cold item, the weights of the sources that lead to it are used.
 */
function neighboursOf(model: ServingModel, row: number): Float32Array {
  const similarity = new Float32Array(model.itemSeqs.length);
  addScores(rowWeights(model, row), ONE_PLAY, 1, similarity);
  return similarity.some((value) => value > 0) ? similarity : weightsInto(model, row);
}

/** Of the first row. */
const ONE_PLAY = { rows: Uint32Array.of(0), values: Float32Array.of(1) };

function blendTaste(relevance: Float32Array, taste: Float32Array | undefined): Float32Array {
  const most = taste === undefined ? 0 : taste.reduce((a, b) => Math.max(a, b), 0);
  if (taste === undefined || most === 0) return relevance;
  return relevance.map((value, row) => value * (1 + (TASTE_WEIGHT * (taste[row] ?? 0)) / most));
}

function available(rows: ArrayLike<number>, isShown: IsShown): number[] {
  return Array.from(rows).filter(isShown).slice(0, ITEMS_SHOWN);
}
