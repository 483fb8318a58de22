/**
 * Fits a model that keeps few of its weights: those that stay take over what the others said. Pruned without
 * it, EASE loses 2 % of its gain with 200 weights into each title, and another 2 % with 100 out of each.
 */
import type { ModelColumn } from "../scoring/item-model.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import { ranges } from "../workers/ranges.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { playersOf, type Plays } from "./gram.ts";

export type FitOptions = {
  readonly items: number;
  /** λ, in users. */
  readonly regularization: number;
  readonly pool: TaskPool;
};

/**
 * The share of plays that a fit must do without, as if each had been forgotten by chance (H. Steck,
 * Autoencoders that don't overfit towards the Identity, NeurIPS 2020). Chosen on users of MovieLens 1M who
 * are in no test (docs/decisions/0031-weights-are-fitted-again.md).
 */
const DROPOUT = 1 / 2;

/**
 * The columns with the same sources and other weights. For target t and its sources A they are
 * (G_AA + diag(λ + p ÷ (1 − p) · G_ii))⁻¹ G_At with G = XᵀX and p the dropout: ridge regression.
 */
export async function fitKept(
  plays: Plays,
  columns: readonly ModelColumn[],
  { items, regularization, pool }: FitOptions,
): Promise<ModelColumn[]> {
  if (items === 0) return [];
  // Counts of users are exact in 32 bits up to 16 million.
  const matrix = { stride: items, values: sharedArray(Float32Array, items * items) };
  const players = playersOf(plays, items);
  const parts = ranges(items, 4 * pool.threads);
  await Promise.all(parts.map(async (range) => pool.run("gramRows", { plays, players, matrix, ...range })));
  const ridge = { regularization, share: DROPOUT / (1 - DROPOUT) };
  const fitted = await Promise.all(
    parts.map(async ({ from, to }) =>
      pool.run("fitColumns", { matrix, ridge, columns: columns.slice(from, to), from }),
    ),
  );
  return fitted.flat();
}
