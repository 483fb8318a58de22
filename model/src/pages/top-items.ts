/**
 * The top items of every candidate carousel: the best items of all are sorted once and given to their
 * carousels, the rest is looked at only where a carousel needs it. Pure.
 */
import { rowsAbove, thresholdOfBest } from "./best-rows.ts";
import type { CarouselTable, ItemFacts } from "./candidate-carousels.ts";
import type { PageWorkspace } from "./page-workspace.ts";

/** Carousel c's best rows, best first: rows[c · limit] … rows[c · limit + counts[c]]. */
export type TopItems = { readonly limit: number; readonly rows: Uint32Array; readonly counts: Uint32Array };

/** The worth of a row that stands in no carousel of this page. */
export const HIDDEN = -1;

/** By row: score × freshness, 0 for a score that is no positive number and for what may not be shown. */
export function worthOf(
  { factors }: Pick<ItemFacts, "factors">,
  scores: Float32Array,
  worth: Float32Array = new Float32Array(factors.length),
): Float32Array {
  for (let row = 0; row < worth.length; row += 1) {
    // There is no branch on the sign, which no processor could predict; the one for NaN is never taken.
    const value = Math.max(scores[row]!, 0) * factors[row]!;
    worth[row] = Number.isNaN(value) ? 0 : value;
  }
  return worth;
}

/** So many rows are sorted for each place of a carousel: enough to fill all but small carousels. */
const HEAD_TIMES = 50;

/**
 * At most `limit` rows of each carousel of the table; of equal worth the first in the catalogue, so that
 * the same scores always give the same page.
 */
export function topItemsOf(
  table: CarouselTable,
  worth: Float32Array,
  limit: number,
  workspace: PageWorkspace,
): TopItems {
  const { topItems, others } = topItemsAsNeeded(table, worth, limit, workspace, 0);
  for (let carousel = 0; carousel < table.rows.length; carousel += 1) others.complete(carousel);
  return topItems;
}

/** Each carousel's best as far as they are among the best of all, and how the others come to be. */
export type TopItemsAsNeeded = {
  readonly topItems: TopItems;
  readonly others: OtherItems;
};

export type OtherItems = {
  /** Adds the others of one carousel; returns whether it has other top items now. */
  readonly complete: (carousel: number) => boolean;
  /** All the others are worth less. */
  readonly threshold: number;
  /** How many items a carousel has at least that may be shown. */
  readonly atLeast: (carousel: number) => number;
};

/** {@link topItemsOf} for a page that looks at few of its carousels. `hidden`: at most so many rows are. */
export function topItemsAsNeeded(
  table: CarouselTable,
  worth: Float32Array,
  limit: number,
  workspace: PageWorkspace,
  hidden: number,
): TopItemsAsNeeded {
  const { starts, carousels } = table;
  const rows = new Uint32Array(table.rows.length * limit);
  const counts = new Uint32Array(table.rows.length);
  const threshold = thresholdOfBest(worth, HEAD_TIMES * limit, workspace);
  for (const row of rowsAbove(worth, threshold, workspace)) {
    const end = starts[row + 1]!;
    for (let at = starts[row]!; at < end; at += 1) {
      const carousel = carousels[at]!;
      const count = counts[carousel]!;
      if (count === limit) continue;
      rows[carousel * limit + count] = row;
      counts[carousel] = count + 1;
    }
  }
  const topItems = { limit, rows, counts };
  return { topItems, others: otherItems(topItems, table, worth, threshold, hidden) };
}

/** `topItems` has all rows of at least the threshold, as far as there is place for them. */
export function otherItems(
  { limit, rows, counts }: TopItems,
  table: CarouselTable,
  worth: Float32Array,
  threshold: number,
  hidden: number,
): OtherItems {
  const isComplete = new Uint8Array(table.rows.length);
  const complete = (carousel: number): boolean => {
    const before = counts[carousel]!;
    if (isComplete[carousel] === 1 || before === limit) return false;
    isComplete[carousel] = 1;
    const places = rows.subarray(carousel * limit, (carousel + 1) * limit);
    counts[carousel] = fill(places, before, table.rows[carousel]!, worth, threshold);
    return counts[carousel] !== before;
  };
  return { complete, threshold, atLeast: (carousel) => table.rows[carousel]!.length - hidden };
}

/**
 * Updates `topItems` in place after a change of a few items (`dirty`: 1 by row, `changed`: the same rows).
 * The result is that of {@link topItemsOf}, but that a place which becomes free is not filled with an item
 * that had no place before. False when so many places are free that all has to be worked out anew.
 */
export function updateTopItems(
  topItems: TopItems,
  table: CarouselTable,
  worth: Float32Array,
  dirty: Uint8Array,
  changed: Uint32Array,
): boolean {
  const { rows, counts, limit } = topItems;
  for (let carousel = 0; carousel < counts.length; carousel += 1) {
    const first = carousel * limit;
    let end = first;
    for (let at = first; at < first + counts[carousel]!; at += 1) {
      if (dirty[rows[at]!] === 0) rows[end++] = rows[at]!;
    }
    counts[carousel] = end - first;
  }
  for (const row of changed) {
    for (let at = table.starts[row]!; at < table.starts[row + 1]!; at += 1) {
      insert(topItems, table.carousels[at]!, row, worth);
    }
  }
  return table.rows.every(({ length }, carousel) => counts[carousel]! >= Math.min(length, limit * ENOUGH));
}

/** The share of the places that have to be taken, or all is worked out anew. */
const ENOUGH = 2 / 3;

function insert({ rows, counts, limit }: TopItems, carousel: number, row: number, worth: Float32Array): void {
  const first = carousel * limit;
  const count = counts[carousel]!;
  let at = count;
  const before = (other: number): boolean =>
    worth[row]! > worth[other]! || (worth[row] === worth[other] && row < other);
  while (at > 0 && before(rows[first + at - 1]!)) at -= 1;
  if (at === limit) return;
  rows.copyWithin(first + at + 1, first + at, first + Math.min(count, limit - 1));
  rows[first + at] = row;
  counts[carousel] = Math.min(limit, count + 1);
}

/**
 * Fills the places from `taken` on with the best of the rows below the threshold, by insertion; returns how
 * many are taken then.
 */
function fill(
  places: Uint32Array,
  taken: number,
  rows: Uint32Array,
  worth: Float32Array,
  threshold: number,
): number {
  const limit = places.length;
  let count = taken;
  if (taken === limit) return count;
  for (const row of rows) {
    const value = worth[row]!;
    if (value >= threshold || value < 0 || (count === limit && value <= worth[places[limit - 1]!]!)) continue;
    let at = Math.min(count, limit - 1);
    for (; at > taken && worth[places[at - 1]!]! < value; at -= 1) places[at] = places[at - 1]!;
    places[at] = row;
    if (count < limit) count += 1;
  }
  return count;
}

/**
 * The top items of the carousel with this number, best first, without those that `shown` has as 1, by row.
 */
export function rowsOfCarousel(
  { rows, counts, limit }: TopItems,
  number: number,
  shown?: Uint8Array,
): number[] {
  const own: number[] = [];
  const first = number * limit;
  const end = first + counts[number]!;
  for (let at = first; at < end; at += 1) {
    const row = rows[at]!;
    if (shown === undefined || shown[row] === 0) own.push(row);
  }
  return own;
}
