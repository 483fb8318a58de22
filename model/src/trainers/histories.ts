/**
 * All users' histories as one sparse matrix X of flat arrays (CSR), which may stand on shared memory: what the trainers,
 * the taste segments and the clusters' means are made of. Pure.
 */
import type { SparseVector } from "../scoring/item-model.ts";

export type Histories = {
  /** User u's entries stand at starts[u] … starts[u + 1]; one longer than there are users. */
  readonly starts: Uint32Array;
  /** Of a user's entries, plays (profile/history.ts) come first: they stand at starts[u] … playEnds[u]. */
  readonly playEnds: Uint32Array;
  /** Rows of the catalogue. */
  readonly rows: Uint32Array;
  /** Recency-weighted, each user's of length 1 (L2): `historyVector` in model.ts. */
  readonly values: Float32Array;
};

export function countUsers({ starts }: Histories): number {
  return starts.length - 1;
}

/** One user's x, without a copy. */
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
