/** The sum of some users' histories as one sparse vector. Pure. */
import type { Histories } from "../profile/histories.ts";
import type { SparseVector } from "../profile/history-vector.ts";

/** `items`: rows of the catalogue. */
export function sumOf(
  { starts, rows, values }: Histories,
  users: readonly number[],
  items: number,
): SparseVector {
  const sum = new Float32Array(items);
  const used: number[] = [];
  for (const user of users) {
    for (let at = starts[user]!; at < starts[user + 1]!; at += 1) {
      const row = rows[at]!;
      if (sum[row] === 0) used.push(row);
      sum[row]! += values[at]!;
    }
  }
  return { rows: Uint32Array.from(used), values: Float32Array.from(used, (row) => sum[row]!) };
}
