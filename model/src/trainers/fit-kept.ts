/**
 * Fits a model that keeps few of its weights: those that stay take over what the others said. Pruned without
 * it, EASE loses 2 % of its gain with 200 weights into each title, and another 2 % with 100 out of each.
 */
import type { ModelColumn } from "../scoring/item-model.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import { ranges } from "../workers/ranges.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import type { SparseRows } from "./gram.ts";
import type { PairCounts } from "./pair-tasks.ts";
import type { OnPhase } from "./training-progress.ts";

export type FitOptions = {
  /** λ, in users. */
  readonly regularization: number;
  readonly pool: TaskPool;
  readonly signal?: AbortSignal | undefined;
  readonly onPhase?: OnPhase | undefined;
};

/**
 * The share of plays that a fit must do without, as if each had been forgotten by chance (H. Steck,
 * Autoencoders that don't overfit towards the Identity, NeurIPS 2020). Chosen on users of MovieLens 1M who
 * are in no test (docs/decisions/0031-weights-are-fitted-again.md).
 */
const DROPOUT = 1 / 2;

/** p ÷ (1 − p): what dropout adds to the diagonal, as a share of its value. */
export const RIDGE_SHARE = DROPOUT / (1 - DROPOUT);

const PARTS_PER_THREAD = 16;

/**
 * The columns with the same sources and other weights. For target t and its sources A they are
 * (G_AA + diag(λ + p ÷ (1 − p) · G_ii))⁻¹ G_At with G = XᵀX and p the dropout: ridge regression.
 */
export async function fitKept(
  { starts }: Pick<SparseRows, "starts">,
  counts: PairCounts,
  columns: readonly ModelColumn[],
  { regularization, pool, signal, onPhase }: FitOptions,
): Promise<ModelColumn[]> {
  const items = columns.length;
  const plays = playCounts({ starts });
  const ridge = { regularization, share: RIDGE_SHARE };
  let done = 0;
  const fitted = await Promise.all(
    ranges(items, PARTS_PER_THREAD * pool.threads).map(async ({ from, to }) => {
      signal?.throwIfAborted();
      const part = { counts, plays, ridge, columns: columns.slice(from, to), from };
      const own = await pool.run("fitColumns", part);
      onPhase?.("fit", (done += to - from), items);
      return own;
    }),
  );
  return fitted.flat();
}

/** Users who have played each item, on shared memory. */
export function playCounts({ starts }: Pick<SparseRows, "starts">): Uint32Array {
  const plays = sharedArray(Uint32Array, starts.length - 1);
  for (let item = 0; item < plays.length; item += 1) plays[item] = starts[item + 1]! - starts[item]!;
  return plays;
}
