/** `pnpm bench events` as it is run, on few events: what it promises that is not a matter of time. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runOk } from "@spillway/kit/processes/run.ts";
import { expect, onTestFinished, test } from "vitest";
import type { EventsBench } from "./bench-events.ts";

test("stores and folds every event, says so in one JSON object, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { stdout } = await runOk({
    args: ["tools/bench/main.ts", "events", "--events", "1200", "--rounds", "2", "--json"],
    environment: { TMPDIR: folder },
  });
  const bench = JSON.parse(stdout) as EventsBench;
  expect(bench).toMatchObject({ events: 1200, batch: 500, rounds: 2 });
  for (const figure of [bench.eventsPerSec, bench.barePerSec, bench.ratio, bench.foldPerSec]) {
    expect(figure).toBeGreaterThan(0);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("names an option that is none", async () => {
  expect(await run({ args: ["tools/bench/main.ts", "events", "--events", "7"] })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--events <n>") as string,
  });
});
