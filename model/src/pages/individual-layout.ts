/**
 * One viewer's page over a whole catalogue: that of individual-scores.ts and carousels.ts to the last bit.
 * All titles' worth comes from the kernels, and only the best of them are ranked; where those do not fill a
 * carousel, its own titles are looked at. Pure.
 */
import type { ScoredViewer, ViewerScorer } from "../scoring/viewer-scorer.ts";
import { thresholdOfBest } from "./best-rows.ts";
import type { CarouselTable, PreparedContext } from "./candidate-carousels.ts";
import {
  DEFAULT_SHAPE,
  hideRows,
  placeCarousels,
  topItemsLimit,
  withGiven,
  type GivenCarousel,
  type PageShape,
  type RankedCarousel,
} from "./carousels.ts";
import { createSortingRoom, sortByWorth, type SortingRoom } from "./sort-by-worth.ts";
import { otherItems, type TopItems } from "./top-items.ts";

export type IndividualOptions = {
  /** Rows not to be shown, such as what the viewer has watched. */
  readonly hidden: Iterable<number>;
  readonly given: readonly GivenCarousel[];
  readonly shape?: PageShape;
};

export type IndividualRanker = (
  prepared: PreparedContext,
  viewer: ScoredViewer,
  options: IndividualOptions,
) => RankedCarousel[];

/**
 * So many titles are ranked for each place of a carousel: to fill a small carousel from its own titles costs
 * less than to rank so many that some are among them.
 */
const HEAD_TIMES = 12;

export function createIndividualRanker(scorer: ViewerScorer): IndividualRanker {
  let room = createSortingRoom(1024);
  let top: TopItems = { limit: 0, rows: new Uint32Array(0), counts: new Uint32Array(0) };
  const digitCounts = new Uint32Array(1 << 11);
  return (prepared, viewer, { hidden, given, shape = DEFAULT_SHAPE }) => {
    const limit = topItemsLimit(shape);
    const { table } = prepared;
    scorer.score(viewer);
    scorer.toWorth(prepared.factors);
    const worth = scorer.scores;
    const hiddenCount = hideRows(worth, hidden);
    const threshold = thresholdOfBest(worth, HEAD_TIMES * limit, { digitCounts });
    const best = scorer.rowsFrom(threshold);
    if (room.keys.length < best.length) room = createSortingRoom(2 * best.length);
    if (top.limit !== limit || top.counts.length !== table.rows.length) top = emptyTopItems(table, limit);
    fillFromBest(top, table, best, worth, room);
    const others = otherItems(top, table, worth, threshold, hiddenCount);
    return withGiven(prepared, placeCarousels(prepared, worth, top, shape, given, others), given);
  };
}

function emptyTopItems({ rows }: CarouselTable, limit: number): TopItems {
  return { limit, rows: new Uint32Array(rows.length * limit), counts: new Uint32Array(rows.length) };
}

/** Gives the best rows to their carousels, in the order of their worth. */
function fillFromBest(
  { limit, rows, counts }: TopItems,
  { starts, carousels }: CarouselTable,
  best: Uint32Array,
  worth: Float32Array,
  room: SortingRoom,
): void {
  counts.fill(0);
  const { keys, froms, tos } = room;
  // In the order of the catalogue these are near each other; in that of their worth they lie anywhere.
  let ahead = 0;
  for (let at = 0; at < best.length; at += 1) {
    const row = best[at]!;
    keys[at] = worth[row]!;
    froms[at] = starts[row]!;
    tos[at] = starts[row + 1]!;
    ahead += carousels[starts[row]!]!;
  }
  // What is used nowhere, a compiler does not read; the place is written again, or not read.
  rows[0] = ahead;
  const sorted = sortByWorth(best, room);
  for (let place = 0; place < sorted.length; place += 1) {
    const slot = sorted[place]!;
    const row = best[slot]!;
    const end = tos[slot]!;
    for (let at = froms[slot]!; at < end; at += 1) {
      const carousel = carousels[at]!;
      const count = counts[carousel]!;
      if (count === limit) continue;
      rows[carousel * limit + count] = row;
      counts[carousel] = count + 1;
    }
  }
}
