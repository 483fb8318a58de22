/** Seeds the demo in a thread of its own, so that `start` hears a Ctrl-C meanwhile. In one transaction: a seeding that is ended has done nothing. */
import { parentPort, workerData } from "node:worker_threads";
import { seedDemo } from "@spillway/demo/seed-demo.ts";
import { openDatabase } from "@spillway/store/database.ts";
import type { FromSeeding } from "./seed.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, and no window
const tell = (message: FromSeeding): void => parentPort?.postMessage(message);

const database = openDatabase(String(workerData));
try {
  const seeded = seedDemo(database, Date.now(), (done, total) => tell({ type: "progress", done, total }));
  tell({ type: "done", seeded });
} finally {
  database.close();
}
