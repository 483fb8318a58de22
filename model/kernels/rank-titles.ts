/**
 * The passes over a catalogue that one viewer's page takes: the sum of the history's weights, the titles'
 * worth, and those that are worth most. Sums and products round as the same loops in JavaScript round.
 */

/**
 * `scores` += Σ values[i] · weights of row rows[i], all f32. `starts` holds the rows' positions in `columns`
 * (u16) and `weights`; of one row no column stands twice. `wholeRows` holds where a row stands as f32 of all
 * `items` columns, up to a multiple of eight, and 0 for one that does not. Behind `values` is room for one.
 */
export function addRowsU16(
  scores: usize,
  starts: usize,
  columns: usize,
  weights: usize,
  wholeRows: usize,
  items: i32,
  rows: usize,
  values: usize,
  count: i32,
): void {
  addRows<u16>(scores, starts, columns, weights, wholeRows, items, rows, values, count);
}

/** The same with columns of 32 bits. */
export function addRowsU32(
  scores: usize,
  starts: usize,
  columns: usize,
  weights: usize,
  wholeRows: usize,
  items: i32,
  rows: usize,
  values: usize,
  count: i32,
): void {
  addRows<u32>(scores, starts, columns, weights, wholeRows, items, rows, values, count);
}

// @ts-ignore: decorator
@inline
function addRows<T>(
  scores: usize,
  starts: usize,
  columns: usize,
  weights: usize,
  wholeRows: usize,
  items: i32,
  rows: usize,
  values: usize,
  count: i32,
): void {
  // Any place, which is written again: what is used nowhere, a compiler does not read.
  store<u32>(values + 4 * <usize>count, readAhead<T>(starts, columns, weights, rows, count));
  for (let i = 0; i < count; i += 1) {
    const row = 4 * <usize>load<u32>(rows + 4 * <usize>i);
    const value = load<f32>(values + 4 * <usize>i);
    const whole: usize = load<u32>(wholeRows + row);
    if (whole !== 0) {
      addWholeRow(scores, whole, value, items);
      continue;
    }
    const first: usize = load<u32>(starts + row);
    const last: usize = load<u32>(starts + row, 4);
    let column = columns + sizeof<T>() * first;
    let weight = weights + 4 * first;
    const end = columns + sizeof<T>() * last;
    // Four sums are read before one of them is written, so that none waits for another.
    const fours = columns + sizeof<T>() * (first + ((last - first) & ~3));
    while (column < fours) {
      const to0 = scores + 4 * <usize>load<T>(column);
      const to1 = scores + 4 * <usize>load<T>(column, sizeof<T>());
      const to2 = scores + 4 * <usize>load<T>(column, 2 * sizeof<T>());
      const to3 = scores + 4 * <usize>load<T>(column, 3 * sizeof<T>());
      const sum0 = load<f32>(to0) + value * load<f32>(weight);
      const sum1 = load<f32>(to1) + value * load<f32>(weight, 4);
      const sum2 = load<f32>(to2) + value * load<f32>(weight, 8);
      const sum3 = load<f32>(to3) + value * load<f32>(weight, 12);
      store<f32>(to0, sum0);
      store<f32>(to1, sum1);
      store<f32>(to2, sum2);
      store<f32>(to3, sum3);
      column += 4 * sizeof<T>();
      weight += 16;
    }
    while (column < end) {
      const to = scores + 4 * <usize>load<T>(column);
      store<f32>(to, load<f32>(to) + value * load<f32>(weight));
      column += sizeof<T>();
      weight += 4;
    }
  }
}

/**
 * The same where an entry holds column and weight: the column below, and above it the upper half of the
 * weight's f32, whose lower half is 0. So there is one place to read for a weight, and a third less memory.
 */
export function addPackedRows(
  scores: usize,
  starts: usize,
  entries: usize,
  wholeRows: usize,
  items: i32,
  rows: usize,
  values: usize,
  count: i32,
): void {
  store<u32>(values + 4 * <usize>count, readPackedAhead(starts, entries, rows, count));
  for (let i = 0; i < count; i += 1) {
    const row = 4 * <usize>load<u32>(rows + 4 * <usize>i);
    const value = load<f32>(values + 4 * <usize>i);
    const whole: usize = load<u32>(wholeRows + row);
    if (whole !== 0) {
      addWholeRow(scores, whole, value, items);
      continue;
    }
    const first: usize = load<u32>(starts + row);
    const last: usize = load<u32>(starts + row, 4);
    let entry = entries + 4 * first;
    const end = entries + 4 * last;
    const fours = entries + 4 * (first + ((last - first) & ~3));
    while (entry < fours) {
      const entry0 = load<u32>(entry);
      const entry1 = load<u32>(entry, 4);
      const entry2 = load<u32>(entry, 8);
      const entry3 = load<u32>(entry, 12);
      const to0 = scores + 4 * <usize>(entry0 & COLUMN);
      const to1 = scores + 4 * <usize>(entry1 & COLUMN);
      const to2 = scores + 4 * <usize>(entry2 & COLUMN);
      const to3 = scores + 4 * <usize>(entry3 & COLUMN);
      const sum0 = load<f32>(to0) + value * weightIn(entry0);
      const sum1 = load<f32>(to1) + value * weightIn(entry1);
      const sum2 = load<f32>(to2) + value * weightIn(entry2);
      const sum3 = load<f32>(to3) + value * weightIn(entry3);
      store<f32>(to0, sum0);
      store<f32>(to1, sum1);
      store<f32>(to2, sum2);
      store<f32>(to3, sum3);
      entry += 16;
    }
    while (entry < end) {
      const own = load<u32>(entry);
      const to = scores + 4 * <usize>(own & COLUMN);
      store<f32>(to, load<f32>(to) + value * weightIn(own));
      entry += 4;
    }
  }
}

const COLUMN: u32 = 0xffff;

// @ts-ignore: decorator
@inline
function weightIn(entry: u32): f32 {
  return reinterpret<f32>(entry & ~COLUMN);
}

/** See {@link readAhead}. */
// @ts-ignore: decorator
@inline
function readPackedAhead(starts: usize, entries: usize, rows: usize, count: i32): u32 {
  let sum: u32 = 0;
  for (let i = 0; i < count; i += 1) {
    const at = starts + 4 * <usize>load<u32>(rows + 4 * <usize>i);
    const first = load<u32>(at);
    const last = load<u32>(at, 4);
    if (last - first > LONGEST_AHEAD) continue;
    for (let k = first; k < last; k += LINE / 4) sum += load<u32>(entries + 4 * <usize>k);
  }
  return sum;
}

/** Adds 0 where the row has no weight, which changes nothing. `items` is rounded up to eight. */
// @ts-ignore: decorator
@inline
function addWholeRow(scores: usize, weights: usize, value: f32, items: i32): void {
  const factor = f32x4.splat(value);
  const end = scores + 4 * <usize>items;
  while (scores < end) {
    const first = f32x4.add(v128.load(scores), f32x4.mul(factor, v128.load(weights)));
    const second = f32x4.add(v128.load(scores, 16), f32x4.mul(factor, v128.load(weights, 16)));
    v128.store(scores, first);
    v128.store(scores, second, 16);
    scores += 32;
    weights += 32;
  }
}

/** Longer rows are read fast enough in order, and those that many have are near the processor already. */
const LONGEST_AHEAD: u32 = 1024;
const LINE: u32 = 64;

/**
 * The rows lie anywhere in megabytes, and a processor waits for many places of memory as long as for one, but
 * only where nothing else is to be done between.
 */
// @ts-ignore: decorator
@inline
function readAhead<T>(starts: usize, columns: usize, weights: usize, rows: usize, count: i32): u32 {
  let sum: u32 = 0;
  for (let i = 0; i < count; i += 1) {
    const at = starts + 4 * <usize>load<u32>(rows + 4 * <usize>i);
    const first = load<u32>(at);
    const last = load<u32>(at, 4);
    if (last - first > LONGEST_AHEAD) continue;
    const columnsOfLine = LINE / <u32>sizeof<T>();
    for (let k = first; k < last; k += columnsOfLine) sum += <u32>load<T>(columns + sizeof<T>() * <usize>k);
    for (let k = first; k < last; k += LINE / 4) sum += load<u32>(weights + 4 * <usize>k);
  }
  return sum;
}

/**
 * Makes all scores 0. `count` is rounded up to four. On memory that threads share, JavaScript's takes ten
 * times as long.
 */
export function clearScores(scores: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = scores + 4 * <usize>count;
  while (scores < end) {
    v128.store(scores, zero);
    scores += 16;
  }
}

/**
 * Turns `scores` into worth where they stand: score × factor, 0 for a score below 0 and for NaN. `count` is
 * rounded up to four.
 */
export function toWorth(scores: usize, factors: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = scores + 4 * <usize>count;
  while (scores < end) {
    const worth = f32x4.mul(f32x4.max(v128.load(scores), zero), v128.load(factors));
    v128.store(scores, v128.and(worth, f32x4.eq(worth, worth)));
    scores += 16;
    factors += 16;
  }
}

/**
 * Writes the rows whose worth is at least `threshold` at `out`, ascending; returns how many. What stands
 * behind the last row, up to a multiple of four, must be below the threshold. At `out` there is room for all
 * rows and three more. All rows are written, one over the other where none was reached: nothing branches on a
 * title's worth, which no processor could predict.
 */
export function rowsFrom(worth: usize, count: i32, threshold: f32, out: usize): i32 {
  const least = f32x4.splat(threshold);
  const first = out;
  for (let row = 0; row < count; row += 4) {
    const reached: u32 = i32x4.bitmask(f32x4.ge(v128.load(worth), least));
    const second = out + ((reached & 1) << 2);
    const third = second + ((reached & 2) << 1);
    store<u32>(out, row);
    store<u32>(second, row + 1);
    store<u32>(third, row + 2);
    store<u32>(third + (reached & 4), row + 3);
    out += popcnt(reached) << 2;
    worth += 16;
  }
  return <i32>((out - first) >>> 2);
}
