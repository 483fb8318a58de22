import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HIDDEN, rowsOfCarousel, topItemsOf, updateTopItems } from "./top-items.ts";
import { createPageWorkspace } from "./page-workspace.ts";
import { rowSet } from "./row-set.ts";
import type { CarouselTable } from "./candidate-carousels.ts";

const workspace = createPageWorkspace();

function tableOf(carousels: readonly (readonly number[])[], items: number): CarouselTable {
  const members = Array.from({ length: items }, (_, row) =>
    carousels.flatMap((rows, carousel) => (rows.includes(row) ? [carousel] : [])),
  );
  const starts = Uint32Array.from({ length: items + 1 }, (_, row) => members.slice(0, row).flat().length);
  return {
    starts,
    carousels: Uint16Array.from(members.flat()),
    standing: rowSet(items, (row) => members[row]!.length > 0),
    rows: carousels.map((rows) => Uint32Array.from(rows)),
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
    carousels: fc.array(
      fc.uniqueArray(fc.nat(items - 1)).map((rows) => rows.toSorted((a, b) => a - b)),
      { minLength: 1, maxLength: 5 },
    ),
    limit: fc.integer({ min: 1, max: 6 }),
  }),
);

describe("the top items of the carousels", () => {
  test("gives each its best, in the catalogue's order where they are worth the same", () => {
    fc.assert(
      fc.property(situation, ({ worth, carousels, limit }) => {
        const topItems = topItemsOf(tableOf(carousels, worth.length), worth, limit, workspace);
        carousels.forEach((rows, carousel) =>
          expect(rowsOfCarousel(topItems, carousel)).toEqual(bestOf(rows, worth, limit)),
        );
      }),
      { numRuns: 200 },
    );
  });

  test("leaves out what stands on the page already", () => {
    const topItems = topItemsOf(tableOf([[0, 1, 2]], 3), Float32Array.of(3, 2, 1), 3, workspace);
    expect(rowsOfCarousel(topItems, 0, Uint8Array.of(0, 1, 0))).toEqual([0, 2]);
  });
});

describe("the update after a few items have changed", () => {
  test("moves them to where they belong now, and leaves the others", () => {
    const worth = Float32Array.of(5, 4, 3, 2, 1);
    const topItems = topItemsOf(
      tableOf(
        [
          [0, 1, 2, 3],
          [3, 4],
        ],
        5,
      ),
      worth,
      3,
      workspace,
    );
    // Item 1 is worth less now, item 2 is gone, and item 0 has joined the second carousel.
    const now = tableOf(
      [
        [0, 1, 3],
        [0, 3, 4],
      ],
      5,
    );
    worth[1] = 1.5;
    const enough = updateTopItems(
      topItems,
      now,
      worth,
      Uint8Array.of(1, 1, 1, 0, 0),
      Uint32Array.of(0, 1, 2),
    );
    expect(enough).toBe(true);
    expect(rowsOfCarousel(topItems, 0)).toEqual([0, 1]);
    expect(rowsOfCarousel(topItems, 1)).toEqual([0, 3, 4]);
  });

  test("says so when too few are left of a carousel that has more", () => {
    const worth = Float32Array.of(5, 4, 3, 2, 1);
    const topItems = topItemsOf(tableOf([[0, 1, 2, 3, 4]], 5), worth, 3, workspace);
    const now = tableOf([[2, 3, 4]], 5);
    expect(updateTopItems(topItems, now, worth, Uint8Array.of(1, 1, 0, 0, 0), Uint32Array.of(0, 1))).toBe(
      false,
    );
  });
});
