/**
 * Seeds the demo in a worker thread, so that `start` can react to Ctrl-C meanwhile. One transaction holds all
 * of it, so an interrupted seeding leaves no trace.
 */
import { parentPort, workerData } from "node:worker_threads";
import { seedDemo } from "@spillway/demo/seed-demo.ts";
import { openDatabase } from "@spillway/store/database.ts";
import type { FromSeeding } from "./seed.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is the port of a thread, not a window
const post = (message: FromSeeding): void => parentPort?.postMessage(message);

const database = openDatabase(String(workerData));
try {
  const seeded = seedDemo(database, Date.now(), (done, total) => post({ type: "progress", done, total }));
  post({ type: "done", seeded });
} finally {
  database.close();
}
