import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compileErasures,
  MAX_ERASURES,
  packErasures,
  type CompiledErasures,
  type Erasure,
} from "./erasures.ts";

const NOW_MS = 1_800_000_000_000;

const erasures = fc.uniqueArray(
  fc.record({
    ownerTag: fc.stringMatching(/^[0-9a-f]{12}$/),
    erasedMs: fc.integer({ min: NOW_MS - 1e9, max: NOW_MS }),
  }),
  { maxLength: 40, selector: ({ ownerTag }) => ownerTag },
);

function compiled(list: readonly Erasure[]): CompiledErasures {
  const checked = compileErasures(JSON.parse(JSON.stringify(packErasures(1, list))));
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.value;
}

test("what was written up to an erasure is void, and nobody else's, and nothing later", () => {
  fc.assert(
    fc.property(erasures, fc.stringMatching(/^[0-9a-f]{12}$/), (list, other) => {
      const { voids, size } = compiled(list);
      expect(size).toBe(list.length);
      for (const { ownerTag, erasedMs } of list) {
        expect([
          voids(ownerTag, erasedMs - 1e8),
          voids(ownerTag, erasedMs),
          voids(ownerTag, erasedMs + 1000),
        ]).toEqual([true, true, false]);
      }
      expect(voids(other, 0)).toBe(list.some(({ ownerTag }) => ownerTag === other));
    }),
  );
});

test("of more than there is room for, the oldest count for everybody", () => {
  const list = Array.from({ length: MAX_ERASURES + 10 }, (_, at) => ({
    ownerTag: (at * 7919).toString(16).padStart(12, "0"),
    erasedMs: NOW_MS - at * 1000,
  }));
  const { size, voids } = compiled(list);
  expect(size).toBe(MAX_ERASURES);
  for (const { ownerTag, erasedMs } of list) expect(voids(ownerTag, erasedMs)).toBe(true);
  expect(voids("ffffffffffff", NOW_MS - MAX_ERASURES * 1000)).toBe(true);
  expect(voids("ffffffffffff", NOW_MS)).toBe(false);
});

describe("is refused", () => {
  test.each<[string, unknown]>([
    ["no document", []],
    ["no version", { erased: [] }],
    ["an owner that is no tag", { version: 1, erased: [["u42", 5]] }],
    ["a time that is none", { version: 1, erased: [["0123456789ab", -5]] }],
    [
      "an owner twice",
      {
        version: 1,
        erased: [
          ["0123456789ab", 5],
          ["0123456789ab", 6],
        ],
      },
    ],
    [
      "owners out of order",
      {
        version: 1,
        erased: [
          ["1123456789ab", 5],
          ["0123456789ab", 6],
        ],
      },
    ],
    ["too many", { version: 1, erased: Array.from({ length: MAX_ERASURES + 1 }, () => ["0123456789ab", 5]) }],
  ])("%s", (_, value) => {
    expect(compileErasures(value).ok).toBe(false);
  });
});
