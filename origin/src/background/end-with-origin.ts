/**
 * Ends a background process when its origin has ended, also one that was killed and could tell nobody. A thread
 * of its own looks, since a computation may keep the main thread from its event loop for as long as it takes.
 */
import { isMainThread, Worker, workerData } from "node:worker_threads";

const LOOK_EVERY_MS = 250;

/** `originPid`: whose child this process is, as long as that lives. */
export function endWithOrigin(originPid: number): void {
  new Worker(new URL(import.meta.url), { workerData: originPid }).unref();
}

function lookAfter(originPid: number): void {
  setInterval(() => {
    // An orphan has another parent. A thread can end only itself in a milder way.
    if (process.ppid !== originPid) process.kill(process.pid, "SIGKILL");
  }, LOOK_EVERY_MS);
}

if (!isMainThread) lookAfter(Number(workerData));
