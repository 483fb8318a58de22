import { expect, test } from "vitest";
import { openForTest, temporaryPath } from "./test-database.ts";
import { neverBlock, whenFree } from "./when-free.ts";
import { putDocument } from "./documents.ts";

test("a write waits for another connection's transaction without holding up the event loop", async () => {
  const path = temporaryPath();
  const serving = openForTest(path);
  const other = openForTest(path);
  neverBlock(serving);
  other.sqlite.exec("BEGIN IMMEDIATE");
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), 5);
  setTimeout(() => other.sqlite.exec("COMMIT"), 200);
  const version = await whenFree(serving, () => putDocument(serving, "key", {}, 0));
  clearInterval(ticking);
  expect(version).toBe(1);
  expect(ticks).toBeGreaterThan(5);
});

test("many that wait are served in their order, and the event loop stays free", async () => {
  const path = temporaryPath();
  const serving = openForTest(path);
  const other = openForTest(path);
  neverBlock(serving);
  other.sqlite.exec("BEGIN IMMEDIATE");
  let longestMs = 0;
  let lastMs = performance.now();
  const ticking = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
  }, 5);
  const done: number[] = [];
  const writes = Array.from({ length: 20 }, async (_, at) => {
    await whenFree(serving, () => putDocument(serving, `key-${at}`, {}, 0));
    done.push(at);
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(done).toEqual([]);
  other.sqlite.exec("COMMIT");
  await Promise.all(writes);
  clearInterval(ticking);
  expect(done).toEqual(Array.from({ length: 20 }, (_, at) => at));
  // With SQLite's own waiting, twenty at five milliseconds each, the loop stood still for most of the half second.
  expect(longestMs).toBeLessThan(400);
});

test("what is no matter of waiting is thrown at once", async () => {
  const serving = openForTest(temporaryPath());
  await expect(
    whenFree(serving, () => {
      throw new RangeError("wrong");
    }),
  ).rejects.toThrow("wrong");
});
