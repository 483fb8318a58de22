/**
 * Ends a background process when its origin has ended, also one that was killed and could tell nobody. It is
 * imported before the process's own modules, which take their time on a busy machine. A thread of its own
 * looks besides, since a computation may keep the main thread from its event loop for as long as it takes.
 */
import { isMainThread, Worker } from "node:worker_threads";

// Threads of the process import what it has imported first, too.
if (isMainThread) {
  process.once("disconnect", () => process.exit());
  const watch = new URL("watch-origin.ts", import.meta.url);
  new Worker(watch, { workerData: Number(process.argv[2]), execArgv: [] }).unref();
}
