/** One user's scores: their own taste, and their cluster's as long as little is known of them. Pure. */
import type { SparseVector } from "../profile/history-vector.ts";
import { addScores, type ItemModel } from "./item-model.ts";
import { addPackedScores } from "./packed-scores.ts";

/**
 * The cluster counts like this many plays of the user's own: it leads for a stranger and fades with the
 * history.
 */
const PRIOR_PLAYS = 3;

export type ScoredUser = {
  /** The history's vector. */
  readonly x: SparseVector;
  /** The history's weights, summed: in full plays. */
  readonly plays: number;
  /** The packed scores (packed-scores.ts) of the user's cluster. */
  readonly prior: Uint8Array | undefined;
};

/** The share of the user's own taste in their scores; the rest is their cluster's. */
export function ownShare(plays: number): number {
  return plays / (plays + PRIOR_PLAYS);
}

/** Overwrites `scores`, which are by row of the model, and returns them. */
export function individualScores(
  model: ItemModel,
  { x, plays, prior }: ScoredUser,
  scores: Float32Array,
): Float32Array {
  scores.fill(0);
  const own = ownShare(plays);
  addScores(model, x, own, scores);
  if (prior !== undefined) addPackedScores(prior, model.rowOf, 1 - own, scores);
  return scores;
}
