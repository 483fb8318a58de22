/** Fills an empty store with the demo's data. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { Worker } from "node:worker_threads";
import type { StartProgress } from "./progress.ts";

export type FromSeeding =
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  | {
      readonly type: "done";
      readonly seeded: { readonly items: number; readonly users: number } | undefined;
    };

/**
 * Resolves with false when it was stopped before the end. Throws when the store cannot be opened or filled.
 */
export async function seed(
  databasePath: string,
  progress: StartProgress,
  stopped: Promise<void>,
): Promise<boolean> {
  const worker = new Worker(new URL("seed-worker.ts", import.meta.url), { workerData: databasePath });
  const done = new Promise<boolean>((resolve, reject) => {
    worker.on("message", (message: FromSeeding) => {
      if (message.type === "progress") {
        progress.show({ doing: "seeding the demo: user", ...message });
        return;
      }
      const { seeded } = message;
      if (seeded !== undefined)
        console.log(
          `Seeded the demo: ${counted(seeded.items, "item")}, ${counted(seeded.users, "synthetic user")}.`,
        );
      resolve(true);
    });
    worker.on("error", reject);
    worker.on("exit", () => resolve(false));
  });
  const ended = await Promise.race([done, stopped.then(() => false)]);
  await worker.terminate();
  return ended;
}
