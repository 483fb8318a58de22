import { expect, test } from "vitest";
import { modelFromColumns } from "@spillway/model/scoring/item-model.ts";
import { tailoring } from "./tailored.ts";

/** Whoever has played item n likes item n + 1000 half as much, and n + 1001 not at all. */
const ITEMS = 2000;
const rows = Array.from({ length: ITEMS }, (_, row) => row);
const model = modelFromColumns(
  Uint32Array.from(rows),
  rows.map((row) => ({
    sources: Uint32Array.from(row < 1001 ? [] : [row - 1000, row - 1001]),
    weights: Float32Array.from(row < 1001 ? [] : [0.5, -0.5]),
  })),
);
/** The cluster likes the first items most. */
const page = Float32Array.from(rows, (row) => 1 / (row + 1));

test("scores the page and what the history leads to, without what the state knows as watched", () => {
  const edge = tailoring(model);
  const user = { history: Uint32Array.of(0, 500), known: Uint32Array.of(500), wanted: new Set<number>() };
  const scores = edge?.scoresOf(user, page);
  expect(edge?.packBytes).toBeGreaterThan(0);
  expect(scores?.[500]).toBe(-Infinity);
  expect(scores?.[0]).toBeGreaterThan(0);
  expect(scores?.indexOf(Math.max(...scores))).toBe(0);
  // One play of the viewer's own counts a quarter beside the cluster's three.
  expect(scores?.[1500]).toBeCloseTo(0.5 / 4, 2);
  expect(scores?.[1501]).toBe(-Infinity);
  expect(scores?.[1000]).toBe(-Infinity);
  expect(scores?.filter((score) => score > -Infinity).length).toBeLessThan(600);
});
