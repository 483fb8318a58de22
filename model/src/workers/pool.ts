/** Runs exported functions of worker files on threads: what the pipeline and the trainers compute in parallel. */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";

export type WorkerPool = {
  readonly threads: number;
  /**
   * Calls the function that `file` exports as `name`, on some thread. Input and output are cloned; what stands on shared
   * memory is not copied. Rejects with what the function throws.
   */
  readonly run: <Output>(file: URL, name: string, input: unknown) => Promise<Output>;
  readonly close: () => Promise<void>;
};

/** An urgent refresh finds its threads running, and their code compiled. */
const IDLE_MS = 10 * 60 * 1000;

/** Threads start when first used, and take the priority of the thread that made the pool. */
export function createPool(threads = availableParallelism()): WorkerPool {
  const pool = new Piscina({ minThreads: 0, maxThreads: threads, idleTimeout: IDLE_MS });
  return {
    threads,
    run: (file, name, input) => pool.run(input, { filename: file.href, name }),
    close: () => pool.destroy(),
  };
}

/** No threads: everything in the caller's own, for small work and for tests. */
export const inlinePool: WorkerPool = {
  threads: 1,
  run: async (file, name, input) => {
    const exported = (await import(file.href)) as Record<string, (input: unknown) => unknown>;
    const work = exported[name];
    if (work === undefined) throw new TypeError(`${file.href} exports no ${name}`);
    return (await work(input)) as never;
  },
  close: () => Promise.resolve(),
};

/** `total` things in `parts` ranges of nearly the same size; none is empty. */
export function ranges(total: number, parts: number): { readonly from: number; readonly to: number }[] {
  const count = Math.max(1, Math.min(parts, total));
  return Array.from({ length: count }, (_, at) => ({
    from: Math.floor((total * at) / count),
    to: Math.floor((total * (at + 1)) / count),
  })).filter(({ from, to }) => to > from);
}
