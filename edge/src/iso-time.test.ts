import fc from "fast-check";
import { expect, test } from "vitest";
import { isoTime } from "./iso-time.ts";

test("is what a Date says, of any time, and of another in the same second", () => {
  fc.assert(
    fc.property(fc.integer({ min: -8.64e15 + 1000, max: 8.64e15 - 1000 }), fc.nat(999), (ms, later) => {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
      expect(isoTime(ms + later)).toBe(new Date(ms + later).toISOString());
    }),
  );
});

test("a time that is none throws, as a Date does, and spoils no other", () => {
  expect(() => isoTime(Number.NaN)).toThrow(RangeError);
  expect(isoTime(1)).toBe("1970-01-01T00:00:00.001Z");
});
