/** Builds pages block after block on the pool's threads, and hands on those that have changed. */
import { PRODUCT_BLOCK } from "../scoring/products.ts";
import { inlinePool, type WorkerPool } from "../workers/pool.ts";
import type { BlockInput, BlockOutput, ChangedPage, PageTask } from "../workers/page-worker.ts";

export type BuildOptions = Omit<BlockInput, "tasks"> & {
  readonly tasks: readonly PageTask[];
  readonly pool: WorkerPool;
  /** Awaited before the thread that built them gets more than one block ahead. */
  readonly onChanged: (pages: readonly ChangedPage[]) => Promise<void>;
  readonly onPages: (built: number, total: number) => void;
};

export type BuildReport = {
  readonly pagesBuilt: number;
  readonly pagesChanged: number;
  readonly pagesKept: number;
  /** Summed over threads. */
  readonly threadSeconds: { readonly products: number; readonly pages: number };
};

export const PAGE_WORKER = new URL("../workers/page-worker.ts", import.meta.url);

/** Clusters to a block: some tenths of a second, and some megabytes of pages. */
const BLOCK_CLUSTERS = PRODUCT_BLOCK;

export async function buildPages(options: BuildOptions): Promise<BuildReport> {
  const { tasks, pool: threads, onChanged, onPages, ...shared } = options;
  // For a single block a thread takes longer to start than to build it.
  const pool = tasks.length > BLOCK_CLUSTERS ? threads : inlinePool;
  const total = countPages(tasks);
  let [pagesBuilt, pagesChanged, pagesKept, productsMs, pagesMs] = [0, 0, 0, 0, 0];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length) {
      const block = tasks.slice(next, (next += BLOCK_CLUSTERS));
      const built = await pool.run<BlockOutput>(PAGE_WORKER, "buildBlock", { ...shared, tasks: block });
      await onChanged(built.changed);
      pagesBuilt += countPages(block);
      pagesChanged += built.changed.length;
      pagesKept += built.kept;
      productsMs += built.productsMs;
      pagesMs += built.pagesMs;
      onPages(pagesBuilt, total);
    }
  };
  // One more than there are threads: while a block's pages are stored, no thread waits.
  await Promise.all(Array.from({ length: 2 * pool.threads + 1 }, work));
  const threadSeconds = { products: productsMs / 1000, pages: pagesMs / 1000 };
  return { pagesBuilt, pagesChanged, pagesKept, threadSeconds };
}

function countPages(tasks: readonly PageTask[]): number {
  return tasks.reduce((sum, { contexts }) => sum + contexts.length, 0);
}
