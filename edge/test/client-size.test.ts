import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

test("the event client is at most 2 KB gzipped, as it is served", () => {
  const source = readFileSync(new URL("../public/spillway.js", import.meta.url));
  expect(gzipSync(source, { level: 9 }).length).toBeLessThanOrEqual(2048);
});
