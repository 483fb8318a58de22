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
  const rows: number[] = [];
  const values: number[] = [];
  let squares = 0;
  for (const { item, weight, timeMs } of history) {
    const row = model.rowOf(item);
    if (row === undefined) continue;
    const ageMs = timeMs === 0 ? 0 : Math.max(0, nowMs - timeMs);
    const value = weight * 2 ** (-ageMs / HISTORY_HALF_LIFE_MS);
    rows.push(row);
    values.push(value);
    squares += value * value;
  }
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  return { rows: Uint32Array.from(rows), values: Float32Array.from(values, (value) => value * scale) };
}
