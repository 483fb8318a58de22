/**
 * A history as a sparse vector x over the rows of the item model; scores are computed from it (s = x · B).
 * Pure.
 */
import { columnsOf, NO_ROW, rowsOf, type HistoryColumns } from "./history-columns.ts";
import type { HistoryEntry } from "./history.ts";

/** A vector over the model's rows; only the values that are not zero are stored. */
export type SparseVector = { readonly rows: Uint32Array; readonly values: Float32Array };

/** An item that was played a month ago counts half of one played now. */
export const HISTORY_HALF_LIFE_MS = 30 * 24 * 3600 * 1000;

/** By entry, what is left of its weight at `nowMs`: a half after {@link HISTORY_HALF_LIFE_MS}. */
export function recenciesAt({ timesMs }: HistoryColumns, nowMs: number): Float64Array {
  const recencies = new Float64Array(timesMs.length);
  for (let at = 0; at < timesMs.length; at += 1) {
    const timeMs = timesMs[at]!;
    const ageMs = timeMs === 0 ? 0 : Math.max(0, nowMs - timeMs);
    recencies[at] = 2 ** (-ageMs / HISTORY_HALF_LIFE_MS);
  }
  return recencies;
}

/** The weighted history as a vector of length 1 (L2), so that nobody counts more for having watched more. */
export function historyVector(
  history: readonly HistoryEntry[],
  model: { readonly rowOf: (itemSeq: number) => number | undefined },
  nowMs: number,
): SparseVector {
  const columns = columnsOf(history);
  return vectorOf(columns, recenciesAt(columns, nowMs), rowsOf(columns, model));
}

/** The same of a history in columns, with the recency and the model's row of each entry. */
export function vectorOf(
  { weights }: HistoryColumns,
  recencies: Float64Array,
  rowsOfEntries: Int32Array,
): SparseVector {
  const rows = new Uint32Array(weights.length);
  const weighted = new Float64Array(weights.length);
  let count = 0;
  let squares = 0;
  for (let at = 0; at < weights.length; at += 1) {
    const row = rowsOfEntries[at]!;
    if (row === NO_ROW) continue;
    const value = weights[at]! * recencies[at]!;
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
