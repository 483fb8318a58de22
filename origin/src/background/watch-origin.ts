/**
 * The thread that ends a background process whose origin has ended. `workerData` is the origin's process id.
 */
import { workerData } from "node:worker_threads";

const LOOK_EVERY_MS = 250;

setInterval(() => {
  // An orphan has another parent. A thread can end only itself in a milder way.
  if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL");
}, LOOK_EVERY_MS);
