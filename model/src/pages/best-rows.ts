/**
 * The rows that are worth most, sorted: a threshold from a sample, then a radix sort of what reaches it.
 * Pure.
 */
import { DIGIT_BITS, type KeyedRows, type PageWorkspace } from "./page-workspace.ts";

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
export function thresholdOfBest(
  worth: Float32Array,
  count: number,
  { digitCounts }: Pick<PageWorkspace, "digitCounts">,
): number {
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
export function rowsAbove(worth: Float32Array, threshold: number, workspace: PageWorkspace): Uint32Array {
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
