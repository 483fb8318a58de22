/** A set of rows of a catalogue, a bit for each: of 20,000 in 2.5 KB, which stay near the processor. Pure. */

/** Row r is in it where bit r & 31 of set[r >>> 5] is 1. */
export type RowSet = Uint32Array;

export function rowSet(rows: number, isIn: (row: number) => boolean): RowSet {
  const set = new Uint32Array((rows + 31) >>> 5);
  for (let row = 0; row < rows; row += 1) if (isIn(row)) set[row >>> 5]! |= 1 << (row & 31);
  return set;
}

/** False for what is no row. */
export function isInSet(set: RowSet, row: number): boolean {
  return ((set[row >>> 5]! >>> (row & 31)) & 1) === 1;
}
