/**
 * `pnpm bench precompute` as it is run, on a tiny platform: what it promises that is not a matter of time.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runOk } from "@spillway/kit/processes/run.ts";
import { expect, onTestFinished, test } from "vitest";
import type { PrecomputeBench } from "./bench-precompute.ts";

test("writes nothing for nothing, what one item touches for one item, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { stdout } = await runOk({
    args: [
      "tools/bench/main.ts",
      "precompute",
      "--users",
      "1000",
      "--items",
      "300",
      "--clusters",
      "40",
      "--json",
    ],
    environment: { TMPDIR: folder },
  });
  const bench = JSON.parse(stdout) as PrecomputeBench;
  expect(bench).toMatchObject({ users: 1000, items: 300, unchangedPagesWritten: 0 });
  expect(bench.clusters).toBeGreaterThan(1);
  expect(bench.clusters).toBeLessThanOrEqual(40);
  expect(bench.pagesWritten).toBe(bench.pages);
  expect(bench.takedown.pagesWritten).toBeGreaterThan(0);
  expect(bench.takedown.pagesWritten).toBeLessThan(bench.pages);
  expect(bench.steadyDay.movedUsers).toBe(10);
  expect(bench.baselineS).toBe(bench.baseline.productsS);
  expect(bench.nothingChangedS).toBeLessThan(bench.fullCycleS);
  expect(bench.onePercentMovedS).toBe(bench.steadyDay.seconds);
  for (const figure of [bench.fullCycleS, bench.oneItemChangeS, bench.peakRssMiB, bench.stages.read]) {
    expect(figure).toBeGreaterThan(0);
  }
  expect(bench.kvWritesPerMonth[0]?.writes).toBe(
    30 * (bench.steadyDay.pagesWritten + bench.steadyDay.packsWritten + 1),
  );
  // Who has fewer than three plays is not in the map.
  expect(bench.viewersFirst.users).toBeGreaterThan(800);
  expect(bench.viewersFirst.users).toBeLessThan(1000);
  expect(bench.viewersFirst.writes).toBe(bench.viewersFirst.shards + 1);
  expect(bench.viewersSteadyHour.writes).toBeLessThanOrEqual(bench.viewersFirst.shards);
  expect(readdirSync(folder)).toEqual([]);
});

test("names an option that is none", async () => {
  expect(await run({ args: ["tools/bench/main.ts", "precompute", "--users", "many"] })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--users <n[,n...]>") as string,
  });
});
