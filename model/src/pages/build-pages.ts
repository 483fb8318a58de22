/** Builds pages block after block on the pool's threads, and hands on those that have changed. */
import { PRODUCT_BLOCK } from "../scoring/products.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import type { BlockInput, ChangedPage, PageTask } from "./build-block.ts";

export type BuildOptions = Omit<BlockInput, "tasks"> & {
  readonly tasks: readonly PageTask[];
  readonly pool: TaskPool;
  /** The caller's own thread. */
  readonly inline: TaskPool;
  /** A thread may be one block ahead of this; then it waits. */
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

/** A block of so many clusters takes some tenths of a second, and its pages some megabytes. */
const BLOCK_CLUSTERS = PRODUCT_BLOCK;

export async function buildPages(options: BuildOptions): Promise<BuildReport> {
  const { tasks, pool: threads, inline, onChanged, onPages, ...shared } = options;
  // A thread takes longer to start than a single block takes to build.
  const pool = tasks.length > BLOCK_CLUSTERS ? threads : inline;
  const total = countPages(tasks);
  let [pagesBuilt, pagesChanged, pagesKept, productsMs, pagesMs] = [0, 0, 0, 0, 0];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length) {
      const block = tasks.slice(next, (next += BLOCK_CLUSTERS));
      const built = await pool.run("buildBlock", { ...shared, tasks: block });
      await onChanged(built.changed);
      pagesBuilt += countPages(block);
      pagesChanged += built.changed.length;
      pagesKept += built.kept;
      productsMs += built.productsMs;
      pagesMs += built.pagesMs;
      onPages(pagesBuilt, total);
    }
  };
  // There are more blocks under way than threads, so that no thread waits while a block's pages are stored.
  await Promise.all(Array.from({ length: 2 * pool.threads + 1 }, work));
  const threadSeconds = { products: productsMs / 1000, pages: pagesMs / 1000 };
  return { pagesBuilt, pagesChanged, pagesKept, threadSeconds };
}

function countPages(tasks: readonly PageTask[]): number {
  return tasks.reduce((sum, { contexts }) => sum + contexts.length, 0);
}
