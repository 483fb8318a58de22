/** The library's own BLAKE2s says what is right. */
import { blake2s } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createKeyedHash } from "./keyed-hash.ts";

function hashes(key: Uint8Array, texts: readonly string[]) {
  const hash = createKeyedHash(key);
  const encoder = new TextEncoder();
  return {
    ours: texts.map(hash),
    right: texts.map((text) => blake2s(encoder.encode(text), { key, dkLen: 8 }).toHex()),
  };
}

test("equals the library's hash of any text, also after others", () => {
  const anyKey = fc.uint8Array({ minLength: 1, maxLength: 32 });
  const text = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: "binary", maxLength: 70 }));
  fc.assert(
    fc.property(anyKey, fc.array(text, { maxLength: 8 }), (key, texts) => {
      const { ours, right } = hashes(key, texts);
      expect(ours).toEqual(right);
    }),
  );
});

test.each([0, 1, 3, 4, 63, 64, 65, 127, 128, 129, 1000])("and of %i characters", (length) => {
  const { ours, right } = hashes(
    new Uint8Array(32).fill(7),
    ["a", "\u007f", "ü", "€"].map((character) => character.repeat(length)),
  );
  expect(ours).toEqual(right);
});
