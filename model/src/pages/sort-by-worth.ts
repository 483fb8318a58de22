/**
 * Sorts a few hundred rows by their worth. Positive floats order as their bits do, so that a count over the
 * upper bits brings nearly all to their places, and an insertion sort the rest. The platform's own sort takes
 * four times as long. Pure.
 */

/** Below the largest worth there are bins for so many octaves; what is worth less shares the last. */
const MOST_OCTAVES = 16;
const OCTAVE_BITS = 23;
/** From the largest worth to the least, as fine as they can be: most hold one row or none. */
const BIN_BITS = 11;
const BINS = 1 << BIN_BITS;

export type SortingRoom = {
  /** The worth of each row, by its place among the rows; 0 or more, and no NaN. */
  readonly keys: Float32Array;
  /** Where each row's carousels stand (candidate-carousels.ts). */
  readonly froms: Uint32Array;
  readonly tos: Uint32Array;
  readonly bits: Uint32Array;
  readonly bins: Uint32Array;
  readonly sortedKeys: Uint32Array;
  readonly sorted: Uint32Array;
};

export function createSortingRoom(rows: number): SortingRoom {
  const keys = new Float32Array(rows);
  return {
    keys,
    froms: new Uint32Array(rows),
    tos: new Uint32Array(rows),
    bits: new Uint32Array(keys.buffer),
    bins: new Uint32Array(BINS),
    sortedKeys: new Uint32Array(rows),
    sorted: new Uint32Array(rows),
  };
}

/**
 * Places among `rows`, of the largest worth first, of equal worth the smallest row; until the room is used
 * again.
 */
export function sortByWorth(rows: Uint32Array, room: SortingRoom): Uint32Array {
  const { bits, bins, sortedKeys, sorted } = room;
  const count = rows.length;
  let largest = 0;
  let least = 0x7fff_ffff;
  for (let at = 0; at < count; at += 1) {
    const own = bits[at]!;
    if (own > largest) largest = own;
    if (own < least) least = own;
  }
  const span = Math.min(MOST_OCTAVES << OCTAVE_BITS, Math.max(0, largest - least));
  const shift = Math.max(0, 32 - Math.clz32(span) - BIN_BITS);
  const ends = bins.fill(0);
  for (let at = 0; at < count; at += 1) ends[Math.min(BINS - 1, (largest - bits[at]!) >>> shift)]! += 1;
  for (let bin = 0, end = 0; bin < BINS; bin += 1) ends[bin] = end += ends[bin]!;
  for (let at = count - 1; at >= 0; at -= 1) {
    const place = (ends[Math.min(BINS - 1, (largest - bits[at]!) >>> shift)]! -= 1);
    sortedKeys[place] = bits[at]!;
    sorted[place] = at;
  }
  insertionSort(sortedKeys, sorted, rows);
  return sorted.subarray(0, count);
}

function insertionSort(keys: Uint32Array, places: Uint32Array, rows: Uint32Array): void {
  for (let at = 1; at < rows.length; at += 1) {
    const key = keys[at]!;
    if (keys[at - 1]! > key) continue;
    const own = places[at]!;
    let place = at;
    for (; place > 0; place -= 1) {
      const before = keys[place - 1]!;
      if (before > key || (before === key && rows[places[place - 1]!]! < rows[own]!)) break;
      keys[place] = before;
      places[place] = places[place - 1]!;
    }
    keys[place] = key;
    places[place] = own;
  }
}
