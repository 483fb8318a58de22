import { describe, expect, test } from "vitest";
import { modelFromColumns } from "../scoring/item-model.ts";
import { createPageChoice, PAGE_DEPTH, pageRowsOf } from "./page-choice.ts";
import { TASTE_DIMENSIONS } from "./taste-basis.ts";
import { nearestSegments } from "./taste-segments.ts";
import type { SparseVector } from "../profile/history-vector.ts";

const D = TASTE_DIMENSIONS;
const ITEMS = 8;

/** Vectors of which only the first coordinates are given. */
function vectorsOf(...rows: readonly (readonly number[])[]): Float32Array {
  const vectors = new Float32Array(rows.length * D);
  rows.forEach((row, at) => vectors.set(row, at * D));
  return vectors;
}

function pageOf(...rows: readonly number[]): number[] {
  return [...rows, ...Array.from({ length: PAGE_DEPTH - rows.length }, () => 0xffff_ffff)];
}

/** Items 0 … 3 are worth more in one coordinate, 4 … 7 in the other. */
const directions = vectorsOf(...Array.from({ length: ITEMS }, (_, item) => (item < 4 ? [1, 0] : [0, 1])));
const segments = {
  directions,
  groupStarts: Uint32Array.of(0, 2),
  vectors: vectorsOf([3, 0], [0, 3]),
  groupVectors: vectorsOf([1.5, 1.5]),
  pageRows: Uint32Array.of(...pageOf(0, 1, 2, 3), ...pageOf(4, 5, 6, 7)),
};
const own = vectorsOf([0.8, 0.6]);
const chosenSegment = (these: typeof segments, x: SparseVector, sketch: Float32Array): number =>
  createPageChoice(these)(nearestSegments(these, sketch, 8), x, sketch);
const historyOf = (...rows: number[]) => ({
  rows: Uint32Array.from(rows),
  values: new Float32Array(rows.length).fill(1),
});

describe("a viewer's segment", () => {
  test("is the one whose page is worth most to them", () => {
    expect(chosenSegment(segments, historyOf(), own)).toBe(0);
    expect(chosenSegment(segments, historyOf(), vectorsOf([0.6, 0.8]))).toBe(1);
  });

  test("counts what they have not seen of it", () => {
    expect(chosenSegment(segments, historyOf(0, 1), own)).toBe(1);
    expect(chosenSegment(segments, historyOf(0, 1, 4), own)).toBe(0);
    // Rows that have come since the segments were found are on no page.
    expect(chosenSegment(segments, historyOf(ITEMS + 3), own)).toBe(0);
  });

  test("is each viewer's own, one after the other", () => {
    const choose = createPageChoice(segments);
    const nearest = nearestSegments(segments, own, 8);
    const seen = historyOf(0, 1);
    expect([seen, historyOf(), seen, historyOf()].map((x) => choose(nearest, x, own))).toEqual([1, 0, 1, 0]);
    expect(choose(nearest, historyOf(), vectorsOf([0.6, 0.8]))).toBe(1);
  });

  test("is that of the whole pages where nothing is left of any, or no pages are known", () => {
    expect(chosenSegment(segments, historyOf(0, 1, 2, 3, 4, 5, 6, 7), own)).toBe(0);
    expect(chosenSegment({ ...segments, pageRows: new Uint32Array(0) }, historyOf(0), own)).toBe(0);
  });
});

test("a segment's page has what its members' histories lead to; without members, its group's", () => {
  // Each item leads to the next.
  const model = modelFromColumns(
    Uint32Array.from({ length: ITEMS }, (_, row) => row),
    Array.from({ length: ITEMS }, (_, target) => ({
      sources: Uint32Array.of((target + ITEMS - 1) % ITEMS),
      weights: Float32Array.of(1),
    })),
  );
  const starts = Uint32Array.of(0, 1, 2, 3);
  const histories = {
    starts,
    playEnds: starts.subarray(1),
    rows: Uint32Array.of(0, 4, 4),
    values: Float32Array.of(1, 1, 1),
  };
  const pageRows = pageRowsOf({
    pageModel: model,
    histories,
    users: Uint32Array.of(0, 1, 2),
    assigned: Uint32Array.of(0, 1, 1),
    groupStarts: Uint32Array.of(0, 3, 4),
  });
  const firstOf = (segment: number): number[] =>
    Array.from(pageRows.subarray(segment * PAGE_DEPTH, segment * PAGE_DEPTH + 2));
  expect(firstOf(0)).toEqual([1, 5]);
  expect(firstOf(1)).toEqual([5, 1]);
  expect(firstOf(2)).toEqual([5, 1]);
  // A group without members has no pages.
  expect(firstOf(3)).toEqual([0xffff_ffff, 0xffff_ffff]);
});
