/** Trains the item–item model as shrunk cosine neighbours, for catalogues of any size. */
import { ranges, type WorkerPool } from "../workers/pool.ts";
import { playersOf, type Plays } from "./gram.ts";
import type { ModelColumn } from "../scoring/item-model.ts";

export type CosineOptions = {
  readonly items: number;
  /** Pulls the similarity of rarely seen pairs to 0. */
  readonly shrinkage: number;
  /** Weights kept into each target item, the strongest. */
  readonly perColumn: number;
  readonly pool: WorkerPool;
  readonly onProgress?: (done: number, total: number) => void;
};

const WORKER = new URL("../workers/cosine-worker.ts", import.meta.url);
/** Ranges a thread: popular items take longer, and progress shows. */
const RANGES_PER_THREAD = 16;

/**
 * B_ij = G_ij / (√G_ii · √G_jj + shrinkage) with G the co-occurrence counts (Sarwar et al., WWW 2001; shrinkage as in
 * Bell and Koren, ICDM 2007). Needs one row of G at a time, so memory does not grow with the square of the catalogue.
 */
export async function trainCosine(plays: Plays, options: CosineOptions): Promise<ModelColumn[]> {
  const { items, shrinkage, perColumn, pool, onProgress } = options;
  const players = playersOf(plays, items);
  let done = 0;
  const columns = await Promise.all(
    ranges(items, RANGES_PER_THREAD * pool.threads).map(async ({ from, to }) => {
      const input = { plays, players, shrinkage, perColumn, from, to };
      const part = await pool.run<ModelColumn[]>(WORKER, "cosineColumns", input);
      onProgress?.((done += to - from), items);
      return part;
    }),
  );
  return columns.flat();
}
