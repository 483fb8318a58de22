/** Ascending items.seq → rows, for lists of some hundreds. Pure. */

/**
 * Writes the rows of `seqs` that `itemSeqs` has to `rows`, and what belongs to them in `values` to `kept`; returns how
 * many there are. Between two of them there are at most as many rows as numbers, which is mostly the right guess.
 */
export function rowsOfSeqs(
  itemSeqs: Uint32Array,
  seqs: Uint32Array,
  values: ArrayLike<number>,
  rows: Uint32Array,
  kept: { [at: number]: number },
): number {
  let count = 0;
  let rowBefore = -1;
  let seqBefore = (itemSeqs[0] ?? 0) - 1;
  for (let at = 0; at < seqs.length; at += 1) {
    const seq = seqs[at]!;
    let low = rowBefore + 1;
    let high = Math.min(itemSeqs.length - 1, rowBefore + (seq - seqBefore));
    if (itemSeqs[high] === seq) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (itemSeqs[middle]! < seq) low = middle + 1;
      else high = middle;
    }
    if (itemSeqs[low] !== seq) continue;
    rows[count] = low;
    kept[count] = values[at]!;
    count += 1;
    rowBefore = low;
    seqBefore = seq;
  }
  return count;
}
