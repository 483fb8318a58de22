/**
 * Lays a page out over candidates only. It equals the page of carousels.ts with all other titles hidden, but
 * looks at no title but these. Pure.
 */
import type { CarouselTable, PreparedContext } from "./candidate-carousels.ts";
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
  const worth = workspace.worth(prepared.factors.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!;
    // As in top-items.ts.
    const value = Math.max(scores[row]!, 0) * prepared.factors[row]!;
    worth[row] = Number.isNaN(value) ? 0 : value;
  }
  const topItems = topCandidates(prepared.table, worth, rows, topItemsLimit(shape), workspace);
  return placeCarousels(prepared, worth, topItems, shape, given);
}

/** {@link topItemsOf} where all rows but these are hidden. */
function topCandidates(
  { starts, carousels, rows: byCarousel }: CarouselTable,
  worth: Float32Array,
  rows: Uint32Array,
  limit: number,
  workspace: TailoringWorkspace,
): TopItems {
  const top = workspace.topItems(byCarousel.length, limit);
  const { counts } = top;
  counts.fill(0);
  const sorted = sortByWorth(rows, worth, workspace);
  for (let place = 0; place < rows.length; place += 1) {
    const row = sorted[place]!;
    const end = starts[row + 1]!;
    for (let at = starts[row]!; at < end; at += 1) {
      const carousel = carousels[at]!;
      const count = counts[carousel]!;
      if (count === limit) continue;
      top.rows[carousel * limit + count] = row;
      counts[carousel] = count + 1;
    }
  }
  return top;
}
