/**
 * Which of a few segments a viewer joins: the one whose page is worth most to them once the titles that they
 * know are taken out, as the edge takes them out. Pure.
 */
import type { Histories } from "../profile/histories.ts";
import type { SparseVector } from "../profile/history-vector.ts";
import { addScores, type ItemModel } from "../scoring/item-model.ts";
import { topK } from "../scoring/top-k.ts";
import { dotAt } from "./k-means.ts";
import { sumOf } from "./sum-of-users.ts";
import { TASTE_DIMENSIONS } from "./taste-basis.ts";
import type { Segments } from "./taste-segments.ts";

const D = TASTE_DIMENSIONS;

/** So many titles of each segment's page are known: what is left of fewer says too little of long histories. */
export const PAGE_DEPTH = 60;
/** So many segments are looked at: those whose whole pages are worth most. Sixteen were no better. */
export const SEGMENTS_COMPARED = 8;
/** Of what is left of a page so many titles count, discounted by position as in DCG. Twenty were worse. */
const TITLES_COUNTED = 10;
/** A segment's page is drawn towards its group's as by so many members, which is about what the tree does. */
const PRIOR_MEMBERS = 0.7;
/** Pages of the same titles, which rounding would tell apart, leave the choice to the nearer segment. */
const ROUNDING = 1 + 1e-5;
/** Stands where a page has no more titles. */
const NO_TITLE = 0xffff_ffff;

const DISCOUNTS = Float64Array.from({ length: TITLES_COUNTED }, (_, rank) => 1 / Math.log2(rank + 2));

export type PagesInput = {
  /** The model by which pages are made (scoring/own-weights.ts). */
  readonly pageModel: ItemModel;
  readonly histories: Histories;
  readonly users: Uint32Array;
  /** The segment of each of `users`. */
  readonly assigned: Uint32Array;
  readonly groupStarts: Uint32Array;
};

/** The rows of each segment's page, best first: segments × {@link PAGE_DEPTH}. */
export function pageRowsOf({ pageModel, histories, users, assigned, groupStarts }: PagesInput): Uint32Array {
  const segments = groupStarts.at(-1) ?? 0;
  const items = pageModel.itemSeqs.length;
  const pageRows = new Uint32Array(segments * PAGE_DEPTH).fill(NO_TITLE);
  const members: number[][] = Array.from({ length: segments }, () => []);
  assigned.forEach((segment, at) => members[segment]!.push(users[at]!));
  for (let group = 0; group + 1 < groupStarts.length; group += 1) {
    const own = members.slice(groupStarts[group], groupStarts[group + 1]);
    const all = own.flat();
    if (all.length === 0) continue;
    const ofGroup = new Float32Array(items);
    addScores(pageModel, sumOf(histories, all, items), PRIOR_MEMBERS / all.length, ofGroup);
    own.forEach((these, at) => {
      const scores = ofGroup.slice();
      addScores(pageModel, sumOf(histories, these, items), 1, scores);
      pageRows.set(topK(scores, PAGE_DEPTH), (groupStarts[group]! + at) * PAGE_DEPTH);
    });
  }
  return pageRows;
}

/** What a choice between pages takes. */
export type KnownPages = Pick<Segments, "directions"> & { readonly pageRows: Uint32Array };

/**
 * Which of the `nearest` segments, best first, the viewer joins: with the history `x` and the sketch that
 * stands first in `own`, of any length.
 */
export type PageChoice = (nearest: readonly number[], x: SparseVector, own: Float32Array) => number;

/**
 * A title's worth to a viewer is its score as far as the sketch tells it, which chooses as well as the whole
 * model does. The choice keeps its room from one viewer to the next.
 */
export function createPageChoice({ directions, pageRows }: KnownPages): PageChoice {
  const items = directions.length / D;
  const seen = new Uint8Array(items);
  /** By row, for the pages of one taste have many titles in common; NaN: not worked out. */
  const worths = new Float32Array(items).fill(Number.NaN);
  const known = new Uint32Array(SEGMENTS_COMPARED * TITLES_COUNTED);
  let count = 0;
  const worthOf = (row: number, own: Float32Array): number => {
    const before = worths[row]!;
    if (!Number.isNaN(before)) return before;
    const worth = dotAt(own, 0, directions, row * D);
    worths[row] = worth;
    known[count++] = row;
    return worth;
  };
  const leftOf = (segment: number, own: Float32Array): number => {
    const end = (segment + 1) * PAGE_DEPTH;
    let worth = 0;
    let rank = 0;
    for (let at = segment * PAGE_DEPTH; at < end && rank < TITLES_COUNTED; at += 1) {
      const row = pageRows[at]!;
      if (row === NO_TITLE) break;
      if (seen[row] === 1) continue;
      worth += DISCOUNTS[rank]! * worthOf(row, own);
      rank += 1;
    }
    return worth;
  };
  return (nearest, { rows }, own) => {
    let best = nearest[0] ?? 0;
    // Segments that an older version has stored have no pages.
    if (pageRows.length === 0 || nearest.length < 2) return best;
    for (let at = 0; at < rows.length; at += 1) seen[rows[at]!] = 1;
    let most = 0;
    for (const segment of nearest) {
      const worth = leftOf(segment, own);
      if (worth <= ROUNDING * most) continue;
      most = worth;
      best = segment;
    }
    for (let at = 0; at < rows.length; at += 1) seen[rows[at]!] = 0;
    while (count > 0) worths[known[--count]!] = Number.NaN;
    return best;
  };
}
