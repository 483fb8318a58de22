/**
 * Trains the item–item model as EASE (H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW
 * 2019): the closed form B = I − P · diag(1 ÷ P_jj) with P = (XᵀX + λI)⁻¹. n³/2 multiply-adds and 8n² bytes
 * for n items, on all threads of the pool.
 */
import type { ModelColumn } from "../scoring/item-model.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import { ranges, type Range } from "../workers/ranges.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { BLOCK, finishStep, prepareStep, strideOf, type InverseMatrix } from "./block-inverse.ts";
import { playersOf, type Plays } from "./gram.ts";

export type EaseOptions = {
  readonly items: number;
  /** λ, in users: the larger it is, the less a rarely played item says. */
  readonly regularization: number;
  /** Weights kept into each target item, the strongest by absolute size. */
  readonly perColumn: number;
  readonly pool: TaskPool;
  readonly onProgress?: (done: number, total: number) => void;
};

/**
 * One column for each item, by row of the catalogue. Rejects with RangeError where rounding leaves no
 * inverse: λ is too small.
 */
export async function trainEase(plays: Plays, options: EaseOptions): Promise<ModelColumn[]> {
  const { items, regularization, perColumn, pool, onProgress } = options;
  if (items === 0) return [];
  const matrix = sharedMatrix(items);
  const players = playersOf(plays, items);
  await Promise.all(
    ranges(items, 4 * pool.threads).map(async (range) =>
      pool.run("gramRows", { plays, players, matrix, ...range }),
    ),
  );
  for (let row = 0; row < matrix.stride; row += 1) {
    matrix.values[row * (matrix.stride + 1)]! += row < items ? regularization : 1;
  }
  await invert(matrix, pool, onProgress);
  const columns = await Promise.all(
    ranges(items, pool.threads).map(async (range) =>
      pool.run("easeColumns", { matrix, perColumn, ...range }),
    ),
  );
  return columns.flat();
}

async function invert(
  matrix: InverseMatrix,
  pool: TaskPool,
  onProgress: EaseOptions["onProgress"],
): Promise<void> {
  const panel = sharedArray(Float64Array, matrix.stride * BLOCK);
  const parts = equalAreas(matrix.stride, pool.threads);
  for (let pivot = 0; pivot < matrix.stride; pivot += BLOCK) {
    const step = prepareStep(matrix, pivot, panel);
    await Promise.all(parts.map(async (range) => pool.run("invertStepRows", { step, ...range })));
    finishStep(step);
    onProgress?.(pivot + BLOCK, matrix.stride);
  }
}

function sharedMatrix(size: number): InverseMatrix {
  const stride = strideOf(size);
  return { size, stride, values: sharedArray(Float64Array, stride * stride) };
}

/** Ranges of rows with equal areas of the triangle, in whole blocks: row r has r elements. */
function equalAreas(stride: number, parts: number): Range[] {
  const edges = Array.from(
    { length: parts + 1 },
    (_, at) => Math.round((stride * Math.sqrt(at / parts)) / BLOCK) * BLOCK,
  );
  return edges
    .slice(1)
    .map((to, at) => ({ from: edges[at]!, to }))
    .filter(({ from, to }) => to > from);
}
