/**
 * Lays a page out over candidates only. It equals the page of carousels.ts with all other titles hidden, but
 * looks at no title but these. Pure.
 */
import type { PreparedContext } from "./candidate-carousels.ts";
import {
  DEFAULT_SHAPE,
  placeCarousels,
  topItemsLimit,
  type GivenCarousel,
  type PageShape,
  type PlacedCarousel,
} from "./carousels.ts";
import { sortByWorth } from "./sort-by-worth.ts";
import type { TailoredScores } from "./tailored-scores.ts";
import type { TailoringWorkspace } from "./tailoring-workspace.ts";
import type { TopItems } from "./top-items.ts";

export function placeCandidates(
  prepared: PreparedContext,
  { rows, scores }: TailoredScores,
  given: readonly GivenCarousel[],
  workspace: TailoringWorkspace,
  shape: PageShape = DEFAULT_SHAPE,
): PlacedCarousel[] {
  // Scores become worth where they stand: another array of the whole catalogue would have to be fetched too.
  const worth = scores;
  const topItems = topCandidates(prepared, worth, rows, topItemsLimit(shape), workspace);
  return placeCarousels(prepared, worth, topItems, shape, given);
}

/** {@link topItemsOf} where all rows but these are hidden. Turns the scores of the rows into their worth. */
function topCandidates(
  { factors, table: { starts, carousels, rows: byCarousel } }: PreparedContext,
  scores: Float32Array,
  rows: Uint32Array,
  limit: number,
  workspace: TailoringWorkspace,
): TopItems {
  const top = workspace.topItems(byCarousel.length, limit);
  const { counts } = top;
  counts.fill(0);
  const room = workspace.sorting(rows.length);
  const { keys, froms, tos } = room;
  // Facts lie anywhere in a large catalogue: fetched one after the other, they are waited for together.
  let ahead = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    // As in top-items.ts.
    const value = Math.max(scores[row]!, 0) * factors[row]!;
    const worth = Number.isNaN(value) ? 0 : value;
    scores[row] = worth;
    keys[at] = worth;
    froms[at] = starts[row]!;
    tos[at] = starts[row + 1]!;
    ahead += carousels[starts[row]!]!;
  }
  // What is used nowhere, a compiler does not read; the place is written again.
  top.rows[0] = ahead;
  const sorted = sortByWorth(rows, room);
  for (let place = 0; place < rows.length; place += 1) {
    const slot = sorted[place]!;
    const row = rows[slot]!;
    const end = tos[slot]!;
    for (let at = froms[slot]!; at < end; at += 1) {
      const carousel = carousels[at]!;
      const count = counts[carousel]!;
      if (count === limit) continue;
      top.rows[carousel * limit + count] = row;
      counts[carousel] = count + 1;
    }
  }
  return top;
}
