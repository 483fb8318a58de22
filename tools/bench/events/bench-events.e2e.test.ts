/** `pnpm bench events` as it is run, on few events: what it promises that is not a matter of time. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { EventsBench } from "./bench-events.ts";

const run = promisify(execFile);

test("stores and folds every event, says so in one JSON object, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { stdout } = await run(
    "node",
    ["tools/bench/main.ts", "events", "--events", "1200", "--rounds", "2", "--json"],
    { env: { ...process.env, TMPDIR: folder } },
  );
  const bench = JSON.parse(stdout) as EventsBench;
  expect(bench).toMatchObject({ events: 1200, batch: 500, rounds: 2 });
  for (const figure of [bench.eventsPerSec, bench.barePerSec, bench.ratio, bench.foldPerSec]) {
    expect(figure).toBeGreaterThan(0);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("names an option that is none", async () => {
  await expect(run("node", ["tools/bench/main.ts", "events", "--events", "7"])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--events <n>") as string,
  });
});
