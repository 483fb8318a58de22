import fc from "fast-check";
import { expect, test } from "vitest";
import { topK } from "./top-k.ts";

test("gives the same as sorting, for any values and k", () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 200 }), fc.integer({ min: 0, max: 50 }), (values, k) => {
      const sorted = [...values.keys()]
        .filter((at) => (values[at] ?? 0) > 0)
        .toSorted((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
        .slice(0, k);
      expect([...topK(values, k)]).toEqual(sorted);
    }),
  );
});
