import { expect, test } from "vitest";
import { originTimeoutMs, pageReadEndsMs } from "./deadlines.ts";

test("the origin has what is left of its deadline since the request's arrival, and at least a millisecond", () => {
  expect(originTimeoutMs(1000, 250, 1000)).toBe(250);
  expect(originTimeoutMs(1000, 250, 1100)).toBe(150);
  expect(originTimeoutMs(1000, 250, 2000)).toBe(1);
});

test("a page may be read for KV's deadline after the origin's, which an early page has as well", () => {
  expect(pageReadEndsMs(1000, 250, 40, 1000)).toBe(1290);
  expect(pageReadEndsMs(1000, 250, 40, 1300)).toBe(1340);
});
