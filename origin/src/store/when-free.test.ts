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
  const version = await whenFree(() => putDocument(serving, "key", {}, 0));
  clearInterval(ticking);
  expect(version).toBe(1);
  expect(ticks).toBeGreaterThan(5);
});

test("what is no matter of waiting is thrown at once", async () => {
  await expect(
    whenFree(() => {
      throw new RangeError("wrong");
    }),
  ).rejects.toThrow("wrong");
});
