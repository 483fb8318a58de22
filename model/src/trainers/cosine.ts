/** Trains the item–item model as shrunk cosine neighbours, for catalogues of any size. */
import type { ModelColumn } from "../scoring/item-model.ts";
import { ranges } from "../workers/ranges.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { playedBy, type Played, type Plays } from "./gram.ts";

export type CosineOptions = {
  readonly items: number;
  /** A number of users, which pulls the similarity of rarely seen pairs to 0. */
  readonly shrinkage: number;
  /** Weights kept into each target item, the strongest. */
  readonly perColumn: number;
  readonly pool: TaskPool;
  /** Ends the work early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
};

/** In users, as the model that ships has it. */
export const COSINE_SHRINKAGE = 20;

/** Many ranges for each thread: popular items take longer, and progress shows. */
const RANGES_PER_THREAD = 16;

/**
 * B_ij = G_ij / (√G_ii · √G_jj + shrinkage) with G the co-occurrence counts (Sarwar et al., WWW 2001;
 * shrinkage as in Bell and Koren, ICDM 2007). Needs one row of G at a time, so memory does not grow with the
 * square of the catalogue. Gives one column for each item, by row of the catalogue.
 */
export async function trainCosine(plays: Plays, options: CosineOptions): Promise<ModelColumn[]> {
  return cosineOf(playedBy(plays, options.items), options);
}

export async function cosineOf(
  { players, histories }: Played,
  { items, shrinkage, perColumn, pool, signal, onProgress }: CosineOptions,
): Promise<ModelColumn[]> {
  let done = 0;
  const columns = await Promise.all(
    ranges(items, RANGES_PER_THREAD * pool.threads).map(async ({ from, to }) => {
      const part = await pool.run("cosineColumns", { players, histories, shrinkage, perColumn, from, to });
      signal?.throwIfAborted();
      onProgress?.((done += to - from), items);
      return part;
    }),
  );
  return columns.flat();
}
