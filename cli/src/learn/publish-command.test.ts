/** A refresh cycle that whoever started it stops, while it trains. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { seedDemo } from "@spillway/demo/seed-demo.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { latestGenerations } from "@spillway/store/pages/generations.ts";
import { getModel, TASTE_MODEL } from "@spillway/store/pages/models.ts";
import { temporaryPath } from "@spillway/store/test/test-database.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

test("an interrupt ends a cycle that trains as a shell has it, and leaves nothing half done", async () => {
  const path = temporaryPath();
  const before = openDatabase(path);
  seedDemo(before, Date.now());
  before.close();
  const child = spawn(process.execPath, [MAIN, "publish"], {
    env: {
      ...process.env,
      EDGE_TOKEN: "test-edge-token-0123456789",
      ADMIN_TOKEN: "test-admin-token-0123456789",
      SPILLWAY_DATA: dirname(path),
      KV_API_BASE: "http://127.0.0.1:9",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr, isStopped] = ["", "", false];
  child.stdout.on("data", (chunk) => void (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
    // What comes next is the training. A second interrupt would end the process as it is.
    if (!isStopped && /reading the audience +1\/1/.test(stderr)) isStopped = child.kill("SIGINT");
  });
  const [code] = await once(child, "close");
  expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
  expect(stderr).toMatch(/\nStopped: the model in force stays, and so does what is published\.\n$/);
  const after = openDatabase(path);
  onTestFinished(() => after.close());
  expect(getModel(after, TASTE_MODEL)).toBeUndefined();
  expect(latestGenerations(after, 1)).not.toMatchObject([{ state: "failed" }]);
  // The next cycle need not wait for this one's lease.
  expect(after.sqlite.prepare("SELECT count(*) AS held FROM leases").get()).toEqual({ held: 0 });
});
