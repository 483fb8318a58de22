/** `context=similar` and `context=search`: an item's neighbours, and the catalogue's text matches. Pure. */
import { addScores, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import { topK } from "@spillway/model/scoring/top-k.ts";
import { isShown, type Snapshot } from "../snapshot/snapshot.ts";

const SHOWN = 24;

export type TextMatch = { readonly row: number; readonly relevance: number };

/** How far the user's own taste may move an item that is similar or matches. */
const TASTE = 0.5;

/**
 * Rows of the item's nearest available neighbours, best first; `taste`: the user's scores, absent without
 * inference.
 */
export function similarRows(snapshot: Snapshot, row: number, taste: Float32Array | undefined): number[] {
  const neighbours = neighboursOf(snapshot.model, row);
  const ranked = blended(neighbours, taste);
  ranked[row] = 0;
  return available(snapshot, topK(ranked, 4 * SHOWN));
}

/** Text matches (best first) in the order that the user's taste gives them; in their own order without it. */
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
  // In a catalogue of a few items BM25 may be 0 or less for all of them: a match is a match.
  for (const match of matches) relevance[match.row] = Math.max(1e-6, match.relevance);
  return available(snapshot, topK(blended(relevance, taste), matches.length));
}

/**
 * What the model would show somebody who has played this item and nothing else; for an item nobody has played
 * yet, what leads to it.
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

function blended(relevance: Float32Array, taste: Float32Array | undefined): Float32Array {
  const most = taste === undefined ? 0 : taste.reduce((a, b) => Math.max(a, b), 0);
  if (taste === undefined || most === 0) return relevance;
  return relevance.map((value, row) => value * (1 + (TASTE * (taste[row] ?? 0)) / most));
}

function available(snapshot: Snapshot, rows: ArrayLike<number>): number[] {
  return Array.from(rows)
    .filter((row) => isShown(snapshot, row))
    .slice(0, SHOWN);
}
