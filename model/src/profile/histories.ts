/**
 * All users' histories as one sparse matrix X, in compressed rows of flat arrays, which may stand on shared
 * memory. The trainers, the taste segments and the clusters' means are computed from it. Pure.
 */
import type { SparseVector } from "./history-vector.ts";

export type Histories = {
  /** User u's entries stand at starts[u] … starts[u + 1]. The array is one longer than there are users. */
  readonly starts: Uint32Array;
  /** Of a user's entries, plays (profile/history.ts) come first: they stand at starts[u] … playEnds[u]. */
  readonly playEnds: Uint32Array;
  /** Rows of the catalogue. */
  readonly rows: Uint32Array;
  /**
   * Weighted by recency; each user's values have length 1 (L2), as `historyVector` gives them
   * (profile/history-vector.ts).
   */
  readonly values: Float32Array;
};

export function countUsers({ starts }: Histories): number {
  return starts.length - 1;
}

/** One user's history vector x; it shares the memory of the histories. */
export function historyOf({ starts, rows, values }: Histories, user: number): SparseVector {
  const from = starts[user]!;
  const to = starts[user + 1]!;
  return { rows: rows.subarray(from, to), values: values.subarray(from, to) };
}

/** Users who played each item, by row. */
export function countPlays({ starts, playEnds, rows }: Histories, items: number): Uint32Array {
  const plays = new Uint32Array(items);
  for (let user = 0; user < playEnds.length; user += 1) {
    for (let at = starts[user]!; at < playEnds[user]!; at += 1) plays[rows[at]!]! += 1;
  }
  return plays;
}
