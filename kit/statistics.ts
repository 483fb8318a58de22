/** Small figures of many values. */

/** The middle value; of two, their mean. NaN of none. */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).toSorted();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * The value that this share (0–1) of the values does not exceed: the nearest rank. Of no values it is
 * `ofNone`.
 */
export function quantile(values: Iterable<number>, share: number, ofNone = Number.NaN): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? ofNone;
}
