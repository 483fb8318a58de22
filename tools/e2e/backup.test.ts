/**
 * Backup of a running Spillway under load, the death of its origin, and the restore of what was backed up.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { see } from "@spillway/cli/test/client.ts";
import { eventually, REPOSITORY, startSpillway, type Spillway } from "@spillway/cli/test/start-spillway.ts";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { isServing, untilReady } from "@spillway/kit/processes/until-ready.ts";
import type { BackupReport } from "@spillway/origin/backup/write-backup.ts";

const PATIENCE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), "spillway-backups-"));
let spillway: Spillway;

beforeAll(async () => {
  spillway = await startSpillway({ MAX_CLUSTERS: "60", REFRESH_CADENCE_S: "5" });
}, 600_000);

afterAll(async () => {
  await spillway?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

type Receipt = { readonly accepted: number; readonly duplicates: number };

/** Posts the events `load-<from>` to `load-<to>` to the origin, one by one; resolves with the sums. */
async function post(from: number, to: number): Promise<Receipt> {
  const sums = { accepted: 0, duplicates: 0 };
  for (let number = from; number < to; number += 1) {
    const event = { id: `load-${number}`, type: "play", item: "hub-esp", user: `load-user-${number % 50}` };
    const response = await fetch(`${spillway.originUrl}/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ events: [event] }),
    });
    if (response.status !== 202) continue;
    const receipt = (await response.json()) as Receipt;
    sums.accepted += receipt.accepted;
    sums.duplicates += receipt.duplicates;
  }
  return sums;
}

async function generation(): Promise<number> {
  const { served } = await see(`${spillway.edgeUrl}/recommendations?user=u42&context=homepage&team=ESP`);
  return Number(served["generation"]);
}

test("a backup under load, the origin killed in the middle of it, and a restore", async () => {
  const [early, late] = [join(folder, "early.tar"), join(folder, "late.tar")];
  const { accepted } = await post(0, 200);
  expect(accepted).toBe(200);

  const load = post(200, 600);
  const made = await spillway.command("backup", early, "--json");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const { holds, barrierMs } = JSON.parse(made.stdout) as BackupReport;
  expect(holds.events).toBeGreaterThanOrEqual(200);
  expect(barrierMs).toBeLessThan(1000);
  await load;

  // While anybody serves from the data, it is not replaced.
  const refused = await spillway.command("restore", early);
  expect(refused).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("is in use") });
  const generationBefore = await generation();

  const { pid } = (await (await fetch(`${spillway.originUrl}/health`)).json()) as { pid: number };
  const backup = spillway.command("backup", late);
  process.kill(pid, "SIGKILL");
  expect(await backup).toMatchObject({ code: 0, stderr: expect.stringContaining("copying spillway.db …") });

  // The pipeline ends with its origin, some moments later.
  const restored = await eventually(
    PATIENCE_MS,
    () => spillway.command("restore", early, "--json"),
    ({ code }) => code !== 3,
  );
  expect(restored).toMatchObject({ code: 0 });

  const origin = startProcess({
    args: [join(REPOSITORY, "cli/src/main.ts"), "origin"],
    environment: spillway.environment,
  });
  try {
    const serves = () => isServing(`${spillway.originUrl}/health`);
    await untilReady("the origin", origin, serves, { withinMs: PATIENCE_MS });
    // What the backup has is there once, and what came after it is there again.
    const again = await post(0, 600);
    expect(again).toEqual({ accepted: 600 - holds.events, duplicates: holds.events });
    // Edges get pages of a generation that never was before.
    await eventually(PATIENCE_MS, generation, (now) => now > generationBefore);
    expect(await spillway.command("publish", "--wait")).toMatchObject({ code: 0 });
  } finally {
    await origin.stop();
  }
}, 600_000);
