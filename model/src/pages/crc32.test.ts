import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";

test("is zlib's checksum: stored layouts and marks stay valid", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array()), (data) => {
      expect(crc32(data)).toBe(zlibCrc32(data));
    }),
  );
});
