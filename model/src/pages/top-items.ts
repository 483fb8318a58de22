/**
 * The top items of every candidate carousel: the best items of all are sorted once and given to their
 * carousels, the rest is looked at only where a carousel needs it. Pure.
 */
import type { CarouselTable, ItemFacts } from "./candidate-carousels.ts";
import { DIGIT_BITS, type KeyedRows, type PageWorkspace } from "./page-workspace.ts";

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
  const { topItems, complete } = topItemsAsNeeded(table, worth, limit, workspace);
  for (let carousel = 0; carousel < table.rows.length; carousel += 1) complete(carousel);
  return topItems;
}

/**
 * `topItems` has each carousel's best as far as they are among the best of all; `complete` adds the others of
 * one carousel.
 */
export type TopItemsAsNeeded = {
  readonly topItems: TopItems;
  readonly complete: (carousel: number) => void;
};

/** {@link topItemsOf} for a page that looks at few of its carousels. */
export function topItemsAsNeeded(
  table: CarouselTable,
  worth: Float32Array,
  limit: number,
  workspace: PageWorkspace,
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
  const isComplete = new Uint8Array(table.rows.length);
  const complete = (carousel: number): void => {
    if (isComplete[carousel] === 1) return;
    isComplete[carousel] = 1;
    const places = rows.subarray(carousel * limit, (carousel + 1) * limit);
    counts[carousel] = fill(places, counts[carousel]!, table.rows[carousel]!, worth, threshold);
  };
  return { topItems: { limit, rows, counts }, complete };
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

/** The top items of the carousel with this number, best first, without those in `shown`. */
export function rowsOfCarousel(
  { rows, counts, limit }: TopItems,
  number: number,
  shown?: ReadonlySet<number>,
): number[] {
  const own: number[] = [];
  const first = number * limit;
  for (let at = first; at < first + counts[number]!; at += 1) {
    if (shown?.has(rows[at]!) !== true) own.push(rows[at]!);
  }
  return own;
}

const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
/** Positive floats order as their bits do, of which 31 count: three digits. */
const KEY_BITS = 0x7fffffff;
const PASSES = 3;
/** Leaves the eleven bits that count most: sign, exponent, and two of the mantissa. */
const TOP_SHIFT = 32 - DIGIT_BITS;
/** The smallest positive float of 32 bits. */
const LEAST = 2 ** -149;

function bitsOf({ buffer, byteOffset, length }: Float32Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}

/**
 * Of many rows, every seventh is enough to place the threshold: a few more or fewer rows to sort do no harm.
 */
const SAMPLE_STRIDE = 7;

/**
 * A worth that about `count` rows reach, and few more; the least positive number where fewer have any worth.
 */
function thresholdOfBest(worth: Float32Array, count: number, { digitCounts }: PageWorkspace): number {
  const bits = bitsOf(worth);
  const stride = worth.length > SAMPLE_STRIDE * count ? SAMPLE_STRIDE : 1;
  const counts = digitCounts.fill(0);
  // What is hidden has its sign set and is counted in the upper half.
  for (let row = 0; row < bits.length; row += stride) counts[bits[row]! >>> TOP_SHIFT]! += stride;
  let top = DIGITS / 2 - 1;
  for (let above = counts[top]!; above < count && top > 0;) above += counts[(top -= 1)]!;
  return top === 0 ? LEAST : new Float32Array(Uint32Array.of(top << TOP_SHIFT).buffer)[0]!;
}

/**
 * The rows whose worth reaches the threshold, largest first, until the next call. A radix sort, linear and
 * stable.
 */
function rowsAbove(worth: Float32Array, threshold: number, workspace: PageWorkspace): Uint32Array {
  const bits = bitsOf(worth);
  const size = worth.length;
  let [from, to] = workspace.sorting(size);
  const { keys, rows } = from;
  let count = 0;
  for (let row = 0; row < size; row += 1) {
    if (worth[row]! < threshold) continue;
    // Smallest key first is largest worth first.
    keys[count] = KEY_BITS - bits[row]!;
    rows[count] = row;
    count += 1;
  }
  for (let pass = 0; pass < PASSES; pass += 1) {
    moveByDigit(from, to, count, pass * DIGIT_BITS, workspace.digitCounts);
    [from, to] = [to, from];
  }
  return from.rows.subarray(0, count);
}

function moveByDigit(
  from: KeyedRows,
  to: KeyedRows,
  count: number,
  shift: number,
  digitCounts: Uint32Array,
): void {
  const { keys, rows } = from;
  const { keys: toKeys, rows: toRows } = to;
  const next = digitCounts.fill(0);
  for (let at = 0; at < count; at += 1) next[(keys[at]! >>> shift) & DIGIT_MASK]! += 1;
  for (let digit = 0, place = 0; digit < DIGITS; digit += 1) {
    const own = next[digit]!;
    next[digit] = place;
    place += own;
  }
  for (let at = 0; at < count; at += 1) {
    const key = keys[at]!;
    const place = next[(key >>> shift) & DIGIT_MASK]!++;
    toKeys[place] = key;
    toRows[place] = rows[at]!;
  }
}
