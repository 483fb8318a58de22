import { describe, expect, test } from "vitest";
import type { Taste } from "@spillway/model/clusters/taste.ts";
import { tasteOfRows } from "./snapshot-data.ts";

/** Two items, two coordinates each. */
const TASTE: Taste = {
  itemSeqs: Uint32Array.of(3, 5),
  perSource: Float32Array.of(1, 2, 3, 4),
  names: ["crime_1"],
  directions: Float32Array.of(1, 2, 3, 4),
  groupStarts: Uint32Array.of(0, 1),
  vectors: Float32Array.of(7, 8),
  groupVectors: Float32Array.of(9, 10),
};

describe("taste segments for the rows of a model", () => {
  test("say nothing of items that are newer than they are", () => {
    const itemSeqs = Uint32Array.of(3, 5, 8);
    const taste = tasteOfRows(TASTE, itemSeqs);
    expect(taste).toMatchObject({ itemSeqs, names: TASTE.names, groupStarts: TASTE.groupStarts });
    expect([taste?.perSource, taste?.vectors, taste?.groupVectors, taste?.directions]).toEqual([
      Float32Array.of(1, 2, 3, 4, 0, 0),
      TASTE.vectors,
      TASTE.groupVectors,
      new Float32Array(),
    ]);
  });

  test.each([
    ["another model's", TASTE, [3, 6]],
    ["a smaller model's", TASTE, [3]],
    ["nobody's", { ...TASTE, itemSeqs: new Uint32Array() }, [3, 5]],
  ])("are none where they are %s", (_, taste, itemSeqs) => {
    expect(tasteOfRows(taste, Uint32Array.from(itemSeqs))).toBeUndefined();
  });
});
