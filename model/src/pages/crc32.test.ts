import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";

test("is zlib's checksum: stored layouts and marks stay valid", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    }),
  );
  expect(crc32("genre-crime “日本” 🎬")).toBe(zlibCrc32("genre-crime “日本” 🎬"));
});
