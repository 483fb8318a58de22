/** Inverts a Gram matrix step by step, each step on all threads of the pool (block-inverse.ts). */
import { MAX_MEMORY_BYTES } from "../kernels/kernels.ts";
import { ranges } from "../workers/ranges.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { beginInversion, piecesOf } from "./block-inverse.ts";
import type { SparseRows } from "./gram.ts";
import { errorOf } from "./inverse-error.ts";
import { piecesDone, stopTickets } from "./tickets.ts";
import type { OnPhase } from "./training-progress.ts";
import {
  addToDiagonal,
  createMatrix,
  matrixBytes,
  numbersAt,
  ROWS,
  type InverseMatrix,
  type Precision,
} from "./inverse-matrix.ts";

export type InvertOptions = {
  readonly regularization: number;
  readonly pool: TaskPool;
  /** By default numbers of 32 bits, and of 64 where those would not hold ({@link MAX_ERROR}). */
  readonly precision?: Precision;
  /** False: numbers of 32 bits stay where they do not hold, but for where they leave no inverse at all. */
  readonly retry?: boolean | undefined;
  /** Ends the work: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onPhase?: OnPhase | undefined;
};

export type Inverse = { readonly matrix: InverseMatrix; readonly error: number };

/**
 * A relative error of 1 % in P is far below what tells one weight from the next, and those that stay are
 * fitted again in 64 bits (fit-kept.ts).
 */
const MAX_ERROR = 0.01;

const PARTS_PER_THREAD = 8;

/**
 * −(M Mᵀ + λI)⁻¹ below the diagonal, for a sparse M of zeros and ones. `withCounts`: M Mᵀ stays above it.
 * Rejects with RangeError where rounding leaves no inverse: λ is too small.
 */
export async function invertGram(
  rows: SparseRows,
  transposed: SparseRows,
  withCounts: boolean,
  options: InvertOptions,
): Promise<Inverse> {
  const { precision, regularization } = options;
  const invert = async (own: Precision): Promise<Inverse> => {
    const matrix = await invertIn(own, rows, transposed, withCounts, options);
    return { matrix, error: errorOf(matrix, rows, transposed, regularization) };
  };
  if (precision !== undefined) return invert(precision);
  const single = await invert("f32").catch((error: unknown) => {
    if (error instanceof RangeError) return undefined;
    throw error;
  });
  if (single !== undefined && (single.error <= MAX_ERROR || options.retry === false)) return single;
  // Where 64 bits do not fit, sources that are chosen less well are better than no model.
  const size = rows.starts.length - 1;
  const tooLarge = matrixBytes(size, "f64", options.pool.threads) > MAX_MEMORY_BYTES;
  return tooLarge && single !== undefined ? single : invert("f64");
}

async function invertIn(
  precision: Precision,
  rows: SparseRows,
  transposed: SparseRows,
  withCounts: boolean,
  { regularization, pool, signal, onPhase }: InvertOptions,
): Promise<InverseMatrix> {
  signal?.throwIfAborted();
  const size = rows.starts.length - 1;
  const matrix = createMatrix(size, precision, pool.threads);
  const parts = ranges(size, PARTS_PER_THREAD * pool.threads);
  let counted = 0;
  await Promise.all(
    parts.map(async (range) => {
      await pool.run("gramRows", { matrix, rows, transposed, ...range });
      onPhase?.("counting", (counted += 1), parts.length);
    }),
  );
  if (withCounts) await mirror(matrix, pool);
  addToDiagonal(matrix, regularization);
  await invertInPlace(matrix, { pool, signal, onPhase });
  return matrix;
}

/** Afterwards the matrix holds minus its inverse below the diagonal. */
export async function invertInPlace(
  matrix: InverseMatrix,
  { pool, signal, onPhase }: Pick<InvertOptions, "pool" | "signal" | "onPhase">,
): Promise<void> {
  signal?.throwIfAborted();
  beginInversion(matrix);
  const tickets = numbersAt(matrix, "tickets");
  const stop = (): void => stopTickets(tickets);
  signal?.addEventListener("abort", stop);
  const shares = Promise.all(
    Array.from({ length: matrix.threads }, async (_, thread) => pool.run("invertShare", { matrix, thread })),
  );
  try {
    const all = piecesOf(matrix);
    for await (const done of piecesDone(tickets, all)) onPhase?.("inversion", done, all);
  } finally {
    signal?.removeEventListener("abort", stop);
    await shares;
  }
  signal?.throwIfAborted();
}

/** Afterwards the numbers below the diagonal stand above it too. */
export async function mirror(matrix: InverseMatrix, pool: TaskPool): Promise<void> {
  const blocks = ranges(Math.ceil(matrix.size / ROWS), PARTS_PER_THREAD * pool.threads);
  await Promise.all(
    blocks.map(async ({ from, to }) =>
      pool.run("mirrorColumns", { matrix, from: from * ROWS, to: Math.min(matrix.size, to * ROWS) }),
    ),
  );
}
