/**
 * The candidates of a page: what it shows, and what comes next. At the edge they are ranked anew for one
 * viewer, so they need what fills the page's carousels once the viewer's watched titles are out. Pure.
 */
import { MAX_CANDIDATES, packCandidates } from "../packs/candidates.ts";
import { rowsAbove, thresholdOfBest } from "./best-rows.ts";
import type { PreparedContext } from "./candidate-carousels.ts";
import type { PlacedCarousel } from "./carousels.ts";
import type { PageWorkspace } from "./page-workspace.ts";
import { HIDDEN, type TopItems } from "./top-items.ts";

/** So many come next, beyond the page's own items. A lab found 240 to be enough (DESIGN §13). */
export const NEXT_CANDIDATES = 240;

/** Of them so many of each carousel that the page has, so that small ones do not run dry. */
const NEXT_IN_CAROUSEL = 6;

/** By row: 1 for what stands in some carousel of the context. */
export function rowsOfContext({ carousels, factors }: PreparedContext): Uint8Array {
  const rows = new Uint8Array(factors.length);
  for (const carousel of carousels) for (const row of carousel.rows) rows[row] = 1;
  return rows;
}

export type CandidateInput = {
  readonly prepared: PreparedContext;
  /** {@link rowsOfContext}. */
  readonly inContext: Uint8Array;
  readonly placed: readonly PlacedCarousel[];
  readonly worth: Float32Array;
  readonly topItems: TopItems;
  /** The cluster's, by row. */
  readonly scores: Float32Array;
  readonly itemSeqs: Uint32Array;
};

/** Returns them packed (packs/candidates.ts). */
export function candidatesOf(input: CandidateInput, workspace: PageWorkspace): Uint8Array<ArrayBuffer> {
  const { prepared, placed, topItems, scores, itemSeqs } = input;
  const rows = new Set(placed.flatMap((carousel) => carousel.rows).slice(0, MAX_CANDIDATES));
  const most = Math.min(MAX_CANDIDATES, rows.size + NEXT_CANDIDATES);
  for (const { carousel } of placed) {
    const first = prepared.numbers[carousel]! * topItems.limit;
    const end = first + topItems.counts[prepared.numbers[carousel]!]!;
    const wanted = Math.min(most, rows.size + NEXT_IN_CAROUSEL);
    for (let at = first; at < end && rows.size < wanted; at += 1) rows.add(topItems.rows[at]!);
  }
  for (const row of bestRows(input, most, workspace)) {
    if (rows.size === most) break;
    rows.add(row);
  }
  const ascending = Uint32Array.from(rows).toSorted();
  return packCandidates({
    seqs: ascending.map((row) => itemSeqs[row]!),
    scores: Float32Array.from(ascending, (row) => scores[row]!),
  });
}

/** At least `count` rows of the context, best first, where there are as many that are worth anything. */
function bestRows(
  { worth, inContext }: CandidateInput,
  count: number,
  workspace: PageWorkspace,
): Uint32Array {
  const own = workspace.scores(worth.length);
  for (let row = 0; row < own.length; row += 1) own[row] = inContext[row] === 1 ? worth[row]! : HIDDEN;
  return rowsAbove(own, thresholdOfBest(own, count, workspace), workspace);
}
