/** `pnpm bench train` as it is run, on a tiny catalogue: what it says that is not a matter of time. */
import { runOk } from "@spillway/kit/processes/run.ts";
import { expect, test } from "vitest";
import type { TrainBench } from "./bench-train.ts";

test("inverts what LAPACK inverts, or says why there is none, and trains what was planned", async () => {
  const size = ["--items", "300", "--users", "2000", "--mean-plays", "20", "--lapack-items", "200"];
  const { stdout } = await runOk({
    args: ["tools/bench/main.ts", "train", ...size, "--rounds", "1", "--json"],
  });
  const { plays, inversion, training } = JSON.parse(stdout) as TrainBench;
  expect(plays).toBeGreaterThan(2000 * 10);
  expect(inversion.items).toBe(200);
  expect(training).toMatchObject({ trainer: "ease" });
  expect(training.why).toMatch(/^EASE by items takes .* multiply-adds/);
  expect(training.weights).toBeGreaterThan(300 * 50);
  if ("skipped" in inversion.lapack) {
    console.log(`LAPACK is skipped: ${inversion.lapack.skipped}`);
    return;
  }
  expect(inversion.ease.error).toBeLessThan(1e-4);
  expect(inversion.ratio).toBeGreaterThan(0);
});
