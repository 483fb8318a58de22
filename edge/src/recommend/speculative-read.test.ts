import { expect, test, vi } from "vitest";
import { speculativeRead } from "./speculative-read.ts";

test("an early page is read before anybody asks for it, and once", async () => {
  const read = vi.fn<() => Promise<string>>(() => Promise.resolve("page"));
  const page = speculativeRead(true, read);
  expect(read).toHaveBeenCalledOnce();
  expect([await page(), await page()]).toEqual(["page", "page"]);
  expect(read).toHaveBeenCalledOnce();
});

test("any other page is read when it is asked for", async () => {
  const read = vi.fn<() => Promise<string>>(() => Promise.resolve("page"));
  const page = speculativeRead(false, read);
  expect(read).not.toHaveBeenCalled();
  expect(await page()).toBe("page");
});
