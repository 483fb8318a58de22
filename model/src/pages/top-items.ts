/** The best candidates of every shelf: the best items of all are sorted once and dealt to their shelves, the rest as needed. Pure. */
import type { ItemFacts, ShelfTable } from "./candidate-carousels.ts";

/** Shelf s's best rows, best first: rows[s · limit] … rows[s · limit + counts[s]]. */
export type Dealt = { readonly limit: number; readonly rows: Uint32Array; readonly counts: Uint32Array };

/** The worth of a row that stands on no shelf for this once. */
export const HIDDEN = -1;

/** By row: score × freshness, 0 for a score that is no positive number and for what may not be shown. */
export function worthOf(
  { factors }: Pick<ItemFacts, "factors">,
  scores: Float32Array,
  worth = new Float32Array(factors.length),
): Float32Array {
  for (let row = 0; row < worth.length; row += 1) {
    // No branch on the sign, which no processor predicts; the one for NaN is never taken.
    const value = Math.max(scores[row]!, 0) * factors[row]!;
    worth[row] = Number.isNaN(value) ? 0 : value;
  }
  return worth;
}

/** Rows that are sorted and dealt at once, for each that a shelf takes: enough to fill all but small shelves. */
const HEAD_TIMES = 50;

/** At most `limit` rows a shelf; of equal worth the first in the catalogue, so that the same scores always give the same page. */
export function deal(table: ShelfTable, worth: Float32Array, limit: number): Dealt {
  const { dealt, complete } = dealBest(table, worth, limit);
  for (let shelf = 0; shelf < table.rows.length; shelf += 1) complete(shelf);
  return dealt;
}

/** `dealt` has each shelf's best as far as they are among the best of all; `complete` adds the others of one shelf. */
export type Dealing = { readonly dealt: Dealt; readonly complete: (shelf: number) => void };

/** {@link deal} for a page that looks at few of its shelves. */
export function dealBest(table: ShelfTable, worth: Float32Array, limit: number): Dealing {
  const { starts, shelves } = table;
  const rows = new Uint32Array(table.rows.length * limit);
  const counts = new Uint32Array(table.rows.length);
  const bar = barOfBest(worth, HEAD_TIMES * limit);
  for (const row of rowsAbove(worth, bar)) {
    const end = starts[row + 1]!;
    for (let at = starts[row]!; at < end; at += 1) {
      const shelf = shelves[at]!;
      const count = counts[shelf]!;
      if (count === limit) continue;
      rows[shelf * limit + count] = row;
      counts[shelf] = count + 1;
    }
  }
  const isComplete = new Uint8Array(table.rows.length);
  const complete = (shelf: number): void => {
    if (isComplete[shelf] === 1) return;
    isComplete[shelf] = 1;
    const places = rows.subarray(shelf * limit, (shelf + 1) * limit);
    counts[shelf] = fill(places, counts[shelf]!, table.rows[shelf]!, worth, bar);
  };
  return { dealt: { limit, rows, counts }, complete };
}

/**
 * `dealt` after a change of a few items (`dirty`: 1 by row, `changed`: the same rows), in place: as if dealt anew, but that
 * a place that is left free is not filled by what had not been dealt. False when so many are free that it has to be dealt anew.
 */
export function redeal(
  dealt: Dealt,
  table: ShelfTable,
  worth: Float32Array,
  dirty: Uint8Array,
  changed: Uint32Array,
): boolean {
  const { rows, counts, limit } = dealt;
  for (let shelf = 0; shelf < counts.length; shelf += 1) {
    const first = shelf * limit;
    let kept = first;
    for (let at = first; at < first + counts[shelf]!; at += 1) {
      if (dirty[rows[at]!] === 0) rows[kept++] = rows[at]!;
    }
    counts[shelf] = kept - first;
  }
  for (const row of changed) {
    for (let at = table.starts[row]!; at < table.starts[row + 1]!; at += 1) {
      insert(dealt, table.shelves[at]!, row, worth);
    }
  }
  return table.rows.every(({ length }, shelf) => counts[shelf]! >= Math.min(length, limit * ENOUGH));
}

/** Of the places, so many suffice until all is dealt anew. */
const ENOUGH = 2 / 3;

function insert({ rows, counts, limit }: Dealt, shelf: number, row: number, worth: Float32Array): void {
  const first = shelf * limit;
  const count = counts[shelf]!;
  let at = count;
  const before = (other: number): boolean =>
    worth[row]! > worth[other]! || (worth[row] === worth[other] && row < other);
  while (at > 0 && before(rows[first + at - 1]!)) at -= 1;
  if (at === limit) return;
  rows.copyWithin(first + at + 1, first + at, first + Math.min(count, limit - 1));
  rows[first + at] = row;
  counts[shelf] = Math.min(limit, count + 1);
}

/** Fills the places from `taken` on with the best of the rows below the bar, by insertion; returns how many are taken then. */
function fill(
  places: Uint32Array,
  taken: number,
  rows: Uint32Array,
  worth: Float32Array,
  bar: number,
): number {
  const limit = places.length;
  let count = taken;
  if (taken === limit) return count;
  for (const row of rows) {
    const value = worth[row]!;
    if (value >= bar || value < 0 || (count === limit && value <= worth[places[limit - 1]!]!)) continue;
    let at = Math.min(count, limit - 1);
    for (; at > taken && worth[places[at - 1]!]! < value; at -= 1) places[at] = places[at - 1]!;
    places[at] = row;
    if (count < limit) count += 1;
  }
  return count;
}

/** One shelf's, best first, without those in `shown`. */
export function candidatesIn(
  { rows, counts, limit }: Dealt,
  number: number,
  shown?: ReadonlySet<number>,
): number[] {
  const candidates: number[] = [];
  const first = number * limit;
  for (let at = first; at < first + counts[number]!; at += 1) {
    if (shown?.has(rows[at]!) !== true) candidates.push(rows[at]!);
  }
  return candidates;
}

const DIGIT_BITS = 11;
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

/** Every seventh row of many tells where the bar has to stand: the head may well be a little longer or shorter. */
const SAMPLE_STRIDE = 7;

/** A worth that about `count` rows reach, and few more; the least positive number where fewer have any worth. */
function barOfBest(worth: Float32Array, count: number): number {
  const bits = bitsOf(worth);
  const stride = worth.length > SAMPLE_STRIDE * count ? SAMPLE_STRIDE : 1;
  const rows = places.fill(0);
  // What is hidden has its sign set and is counted in the upper half.
  for (let row = 0; row < bits.length; row += stride) rows[bits[row]! >>> TOP_SHIFT]! += stride;
  let top = DIGITS / 2 - 1;
  for (let above = rows[top]!; above < count && top > 0;) above += rows[(top -= 1)]!;
  return top === 0 ? LEAST : new Float32Array(Uint32Array.of(top << TOP_SHIFT).buffer)[0]!;
}

/** The rows whose worth reaches the bar, largest first, until the next call. A radix sort, linear and stable. */
function rowsAbove(worth: Float32Array, bar: number): Uint32Array {
  const bits = bitsOf(worth);
  const size = worth.length;
  if (scratch[0].keys.length < size) scratch = [keyed(size), keyed(size)];
  let [from, to] = scratch;
  const { keys, rows } = from;
  let count = 0;
  for (let row = 0; row < size; row += 1) {
    if (worth[row]! < bar) continue;
    // Smallest key first is largest worth first.
    keys[count] = KEY_BITS - bits[row]!;
    rows[count] = row;
    count += 1;
  }
  for (let pass = 0; pass < PASSES; pass += 1) {
    moveByDigit(from, to, count, pass * DIGIT_BITS);
    [from, to] = [to, from];
  }
  return from.rows.subarray(0, count);
}

type Keyed = { readonly keys: Uint32Array; readonly rows: Uint32Array };

function keyed(size: number): Keyed {
  return { keys: new Uint32Array(size), rows: new Uint32Array(size) };
}

/** Overwritten by every sort: this much new memory for each would cost more than the sorting. */
let scratch = [keyed(0), keyed(0)] as const;
const places = new Uint32Array(DIGITS);

function moveByDigit(from: Keyed, to: Keyed, count: number, shift: number): void {
  const { keys, rows } = from;
  const { keys: toKeys, rows: toRows } = to;
  const next = places.fill(0);
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
