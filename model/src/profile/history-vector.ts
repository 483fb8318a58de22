/**
 * A history as a sparse vector x over the rows of the item model; scores are computed from it (s = x · B).
 * Pure.
 */
import type { HistoryEntry } from "./history.ts";

/** A vector over the model's rows; only the values that are not zero are stored. */
export type SparseVector = { readonly rows: Uint32Array; readonly values: Float32Array };

/** An item that was played a month ago counts half of one played now. */
export const HISTORY_HALF_LIFE_MS = 30 * 24 * 3600 * 1000;

/** The weighted history as a vector of length 1 (L2), so that nobody counts more for having watched more. */
export function historyVector(
  history: readonly HistoryEntry[],
  model: { readonly rowOf: (itemSeq: number) => number | undefined },
  nowMs: number,
): SparseVector {
  const rows = new Uint32Array(history.length);
  const weighted = new Float64Array(history.length);
  let count = 0;
  let squares = 0;
  for (let at = 0; at < history.length; at += 1) {
    const { item, weight, timeMs } = history[at]!;
    const row = model.rowOf(item);
    if (row === undefined) continue;
    const ageMs = timeMs === 0 ? 0 : Math.max(0, nowMs - timeMs);
    const value = weight * 2 ** (-ageMs / HISTORY_HALF_LIFE_MS);
    rows[count] = row;
    weighted[count] = value;
    squares += value * value;
    count += 1;
  }
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  const values = new Float32Array(count);
  for (let at = 0; at < count; at += 1) values[at] = weighted[at]! * scale;
  return { rows: rows.subarray(0, count), values };
}
