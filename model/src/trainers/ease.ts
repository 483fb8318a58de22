/**
 * Trains the item–item model as EASE (H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019): the closed form
 * B = I − P · diag(1 ÷ P_jj) with P = (XᵀX + λI)⁻¹. n³/2 multiply-adds and 8n² bytes for n items, on all threads of the pool.
 */
import { ranges, type WorkerPool } from "../workers/pool.ts";
import type { RowRange } from "../workers/ease-worker.ts";
import { playersOf, type Plays } from "./gram.ts";
import type { ModelColumn } from "../scoring/item-model.ts";
import { finishStep, prepareStep, strideOf, SWEEP_BLOCK, type SweepMatrix } from "./block-inverse.ts";

export type EaseOptions = {
  readonly items: number;
  /** λ, in users: the larger, the less a rarely played item says. */
  readonly regularization: number;
  /** Weights kept into each target item, the strongest by absolute size. */
  readonly perColumn: number;
  readonly pool: WorkerPool;
  readonly onProgress?: (done: number, total: number) => void;
};

const WORKER = new URL("../workers/ease-worker.ts", import.meta.url);

export async function trainEase(plays: Plays, options: EaseOptions): Promise<ModelColumn[]> {
  const { items, regularization, perColumn, pool } = options;
  if (items === 0) return [];
  const matrix = shareMatrix(items);
  const inParts = async <Output>(
    name: string,
    input: object,
    parts: readonly RowRange[],
  ): Promise<Output[]> =>
    Promise.all(parts.map((part) => pool.run<Output>(WORKER, name, { ...input, ...part })));

  const players = playersOf(plays, items);
  await inParts("gramRows", { plays, players, matrix }, ranges(items, 4 * pool.threads));
  for (let row = 0; row < matrix.stride; row += 1) {
    matrix.values[row * (matrix.stride + 1)]! += row < items ? regularization : 1;
  }
  const panel = new Float64Array(new SharedArrayBuffer(8 * matrix.stride * SWEEP_BLOCK));
  const parts = equalAreas(matrix.stride, pool.threads);
  for (let pivot = 0; pivot < matrix.stride; pivot += SWEEP_BLOCK) {
    const step = prepareStep(matrix, pivot, panel);
    await inParts("sweepStepRows", { step }, parts);
    finishStep(step);
    options.onProgress?.(pivot + SWEEP_BLOCK, matrix.stride);
  }
  return (
    await inParts<ModelColumn[]>("easeColumns", { matrix, perColumn }, ranges(items, pool.threads))
  ).flat();
}

function shareMatrix(size: number): SweepMatrix {
  const stride = strideOf(size);
  return { size, stride, values: new Float64Array(new SharedArrayBuffer(8 * stride * stride)) };
}

/** Row r of a triangle has r elements: ranges of equal area, in whole blocks. */
function equalAreas(stride: number, parts: number): RowRange[] {
  const edges = Array.from(
    { length: parts + 1 },
    (_, at) => Math.round((stride * Math.sqrt(at / parts)) / SWEEP_BLOCK) * SWEEP_BLOCK,
  );
  return edges
    .slice(1)
    .map((to, at) => ({ from: edges[at]!, to }))
    .filter(({ from, to }) => to > from);
}
