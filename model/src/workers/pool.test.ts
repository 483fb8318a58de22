import { expect, onTestFinished, test } from "vitest";
import { createPool } from "./pool.ts";

test("a pool of fewer threads ends what it was given before, and runs the rest on so many", async () => {
  const pool = createPool(2);
  onTestFinished(pool.close);
  const before = pool.run("calibrate", undefined);
  pool.resize(1);
  expect(pool.threads).toBe(1);
  const after = await Promise.all([pool.run("calibrate", undefined), pool.run("calibrate", undefined)]);
  expect((await before).vector).toBeGreaterThan(0);
  // Measured once in a thread's life: both ran on the one thread that there is.
  expect(after[0]).toEqual(after[1]);
});
