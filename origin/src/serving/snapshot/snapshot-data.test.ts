import { describe, expect, test } from "vitest";
import type { Taste } from "@spillway/model/clusters/taste.ts";
import { createTasteFinder } from "@spillway/model/clusters/taste-finder.ts";
import { TASTE_DIMENSIONS } from "@spillway/model/clusters/taste-basis.ts";
import { tasteOfRows } from "./snapshot-data.ts";

const D = TASTE_DIMENSIONS;
const along = (...at: number[]): Float32Array =>
  Float32Array.from({ length: D }, (_, d) => (at.includes(d) ? 1 : 0));

/** Two items that lead two ways, and a segment at the end of each. */
const TASTE: Taste = {
  itemSeqs: Uint32Array.of(3, 5),
  perSource: Float32Array.of(...along(0), ...along(1)),
  names: ["crime_1", "space_1"],
  directions: Float32Array.of(...along(0), ...along(1)),
  groupStarts: Uint32Array.of(0, 2),
  vectors: Float32Array.of(...along(0), ...along(1)),
  groupVectors: along(0, 1),
  pageRows: new Uint32Array(0),
};

describe("taste segments for the rows of a model", () => {
  test("say nothing of items that are newer than they are", () => {
    const tables = tasteOfRows(TASTE, Uint32Array.of(3, 5, 8));
    const affinityOf = tables && createTasteFinder(tables);
    const of = (...rows: number[]): string | undefined =>
      affinityOf?.({ rows: Uint32Array.from(rows), values: Float32Array.from(rows, () => 1) });
    expect([of(0), of(1), of(2), of(1, 2), of()]).toEqual(["crime_1", "space_1", "none", "space_1", "none"]);
  });

  test.each([
    ["another model's", TASTE, [3, 6]],
    ["a smaller model's", TASTE, [3]],
    ["nobody's", { ...TASTE, itemSeqs: new Uint32Array() }, [3, 5]],
  ])("are none where they are %s", (_, taste, itemSeqs) => {
    expect(tasteOfRows(taste, Uint32Array.from(itemSeqs))).toBeUndefined();
  });
});
