import fc from "fast-check";
import { expect, test } from "vitest";
import { createRowTable } from "./row-table.ts";

test("finds each number's row and no other, however far apart the numbers are", () => {
  const gap = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 10_000 }));
  const gaps = fc.oneof(fc.array(gap), fc.array(fc.constantFrom(1, 1, 2), { minLength: 30 }));
  fc.assert(
    fc.property(gaps, fc.array(fc.nat(20_000)), (steps, others) => {
      let last = 0;
      const itemSeqs = Uint32Array.from(steps, (step) => (last += step));
      const { rowOf } = createRowTable(itemSeqs);
      itemSeqs.forEach((seq, row) => expect(rowOf(seq)).toBe(row));
      for (const seq of [...others, -1, 0, last + 1, 0.5]) {
        const row = itemSeqs.indexOf(seq);
        expect(rowOf(seq)).toBe(row < 0 ? undefined : row);
      }
    }),
  );
});
