import fc from "fast-check";
import { expect, test } from "vitest";
import { compileSuspects, packSuspects } from "./suspects.ts";

// Lists are searched by their hashes' first digits: many share them here, at both ends too.
const hash = fc.stringMatching(/^(?:[0-9a-f]{4}|0000|8000|ffff)[0-9a-f]{12}$/);

test("finds every suspect until its expiry, and nobody else", () => {
  fc.assert(
    fc.property(fc.uniqueArray(hash, { maxLength: 40 }), hash, (hashes, other) => {
      const listed = hashes.map((one, at) => ({ hash: one, expiresMs: 1_800_000_000_000 + 1000 * at }));
      const checked = compileSuspects(JSON.parse(JSON.stringify(packSuspects(1, listed))));
      const compiled = checked.ok ? checked.value : undefined;
      expect(compiled?.size).toBe(hashes.length);
      for (const { hash: one, expiresMs } of listed) {
        expect([compiled?.has(one, expiresMs - 1), compiled?.has(one, expiresMs)]).toEqual([true, false]);
      }
      expect(compiled?.has(other, 0)).toBe(hashes.includes(other));
    }),
  );
});

test.each([
  ["", null],
  ["", []],
  ["version", {}],
  ["suspects", { version: 1 }],
  ["version", { version: 0, suspects: "" }],
  ["version", { version: 9e99, suspects: "" }],
  ["suspects", { version: 1, suspects: "no base64!" }],
  ["suspects", { version: 1, suspects: "AAAA" }],
  // Twice the same hash, and then a smaller one: a binary search would miss some.
  ["suspects", { version: 1, suspects: "AAAAAAAAAAEAAAABAAAAAAAAAAEAAAAB" }],
  ["suspects", { version: 1, suspects: "AAAAAAAAAAIAAAABAAAAAAAAAAEAAAAB" }],
])("names %j in refusing %j", (key, value) => {
  const checked = compileSuspects(value);
  expect(checked.ok ? [] : checked.issues.map((issue) => issue.key)).toContain(key);
});
