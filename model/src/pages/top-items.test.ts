import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { candidatesIn, deal, HIDDEN, redeal } from "./top-items.ts";
import type { ShelfTable } from "./candidate-carousels.ts";

function tableOf(shelves: readonly (readonly number[])[], items: number): ShelfTable {
  const members = Array.from({ length: items }, (_, row) =>
    shelves.flatMap((rows, shelf) => (rows.includes(row) ? [shelf] : [])),
  );
  const starts = Uint32Array.from({ length: items + 1 }, (_, row) => members.slice(0, row).flat().length);
  return {
    starts,
    shelves: Uint16Array.from(members.flat()),
    rows: shelves.map((rows) => Uint32Array.from(rows)),
  };
}

function bestOf(rows: readonly number[], worth: Float32Array, limit: number): number[] {
  return rows
    .filter((row) => worth[row] !== HIDDEN)
    .toSorted((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0) || a - b)
    .slice(0, limit);
}

// Few values, so that there are ties and zeros; enough items that not all are sorted at once.
const situation = fc.integer({ min: 1, max: 300 }).chain((items) =>
  fc.record({
    worth: fc
      .array(
        fc.oneof(
          fc.constant(0),
          fc.constant(HIDDEN),
          fc.nat(20),
          fc.float({ min: 0, max: 1e6, noNaN: true }),
        ),
        {
          minLength: items,
          maxLength: items,
        },
      )
      .map((values) => Float32Array.from(values)),
    shelves: fc.array(
      fc.uniqueArray(fc.nat(items - 1)).map((rows) => rows.toSorted((a, b) => a - b)),
      { minLength: 1, maxLength: 5 },
    ),
    limit: fc.integer({ min: 1, max: 6 }),
  }),
);

describe("dealing items to their shelves", () => {
  test("gives each its best, in the catalogue's order where they are worth the same", () => {
    fc.assert(
      fc.property(situation, ({ worth, shelves, limit }) => {
        const dealt = deal(tableOf(shelves, worth.length), worth, limit);
        shelves.forEach((rows, shelf) =>
          expect(candidatesIn(dealt, shelf)).toEqual(bestOf(rows, worth, limit)),
        );
      }),
      { numRuns: 200 },
    );
  });

  test("leaves out what stands on the page already", () => {
    const dealt = deal(tableOf([[0, 1, 2]], 3), Float32Array.of(3, 2, 1), 3);
    expect(candidatesIn(dealt, 0, new Set([1]))).toEqual([0, 2]);
  });
});

describe("dealing again after a few items have changed", () => {
  test("moves them to where they belong now, and leaves the others", () => {
    const worth = Float32Array.of(5, 4, 3, 2, 1);
    const dealt = deal(
      tableOf(
        [
          [0, 1, 2, 3],
          [3, 4],
        ],
        5,
      ),
      worth,
      3,
    );
    // Item 1 is worth less now, item 2 is gone, and item 0 has joined the second shelf.
    const now = tableOf(
      [
        [0, 1, 3],
        [0, 3, 4],
      ],
      5,
    );
    worth[1] = 1.5;
    const enough = redeal(dealt, now, worth, Uint8Array.of(1, 1, 1, 0, 0), Uint32Array.of(0, 1, 2));
    expect(enough).toBe(true);
    expect(candidatesIn(dealt, 0)).toEqual([0, 1]);
    expect(candidatesIn(dealt, 1)).toEqual([0, 3, 4]);
  });

  test("says so when too few are left of a shelf that has more", () => {
    const worth = Float32Array.of(5, 4, 3, 2, 1);
    const dealt = deal(tableOf([[0, 1, 2, 3, 4]], 5), worth, 3);
    const now = tableOf([[2, 3, 4]], 5);
    expect(redeal(dealt, now, worth, Uint8Array.of(1, 1, 0, 0, 0), Uint32Array.of(0, 1))).toBe(false);
  });
});
