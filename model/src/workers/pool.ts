/** Threads for what the pipeline and the trainers compute in parallel. */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { TaskPool, Tasks } from "./task-pool.ts";
import * as tasks from "./tasks.ts";

export type WorkerPool = TaskPool & {
  /**
   * Runs the function that another package's `file` exports as `name`, as `run` does one of {@link Tasks}.
   */
  readonly runFile: <Output>(file: URL, name: string, input: unknown) => Promise<Output>;
  readonly close: () => Promise<void>;
};

export type ResizablePool = WorkerPool & {
  /** What has been handed in ends on the threads that there are; all else runs on so many. */
  readonly resize: (threads: number) => void;
};

/** An urgent refresh finds its threads running, and their code compiled. */
const IDLE_MS = 10 * 60 * 1000;

const TASKS = new URL("tasks.ts", import.meta.url);

/** Threads start when first used, and take the priority of the thread that made the pool. */
export function createPool(threads = availableParallelism()): ResizablePool {
  let pool = withThreads(threads);
  // Where they have nothing to do, the threads of a pool that was left end by themselves.
  const pools = [pool];
  return {
    get threads() {
      return pool.options.maxThreads;
    },
    run: (name, input) => pool.run(input, { filename: TASKS.href, name }),
    runFile: (file, name, input) => pool.run(input, { filename: file.href, name }),
    resize: (maxThreads) => {
      if (maxThreads === pool.options.maxThreads) return;
      pool = withThreads(maxThreads);
      pools.push(pool);
    },
    close: async () => {
      await Promise.all(pools.map((one) => one.destroy()));
    },
  };
}

function withThreads(maxThreads: number): Piscina {
  return new Piscina({ minThreads: 0, maxThreads, idleTimeout: IDLE_MS });
}

/** No threads: everything in the caller's own, for small work and for tests. */
export const inlinePool: WorkerPool = {
  threads: 1,
  run: async (name, input) => {
    const task: (input: never) => unknown = (tasks satisfies Tasks)[name];
    return task(input as never) as never;
  },
  runFile: async (file, name, input) => {
    const exported = (await import(file.href)) as Record<string, (input: unknown) => unknown>;
    const work = exported[name];
    if (work === undefined) throw new TypeError(`${file.href} exports no ${name}`);
    return (await work(input)) as never;
  },
  close: () => Promise.resolve(),
};
