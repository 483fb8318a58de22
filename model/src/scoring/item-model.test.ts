import { expect, test } from "vitest";
import { addScores, modelFromColumns, packModel, unpackModel } from "./item-model.ts";
import { historyVector, HISTORY_HALF_LIFE_MS } from "../profile/history-vector.ts";

const seqs = Uint32Array.of(10, 20, 30);
const model = modelFromColumns(seqs, [
  { sources: Uint32Array.of(1, 2), weights: Float32Array.of(0.5, 0.25) },
  { sources: Uint32Array.of(0), weights: Float32Array.of(0.75) },
  { sources: new Uint32Array(0), weights: new Float32Array(0) },
]);

test("scores are x · B", () => {
  const scores = new Float32Array(3);
  addScores(model, { rows: Uint32Array.of(0, 1), values: Float32Array.of(2, 1) }, 1, scores);
  expect([...scores]).toEqual([0.5, 1.5, 0]);
});

test("a history is a vector of length 1, older plays count less, unknown items not at all", () => {
  const now = 1e12;
  const x = historyVector(
    [
      { item: 10, weight: 1, timeMs: now },
      { item: 20, weight: 1, timeMs: now - HISTORY_HALF_LIFE_MS },
      { item: 99, weight: 1, timeMs: now },
    ],
    model,
    now,
  );
  expect([...x.rows]).toEqual([0, 1]);
  expect((x.values[0] ?? 0) / (x.values[1] ?? 1)).toBeCloseTo(2, 5);
  expect(Math.hypot(...x.values)).toBeCloseTo(1, 6);
});

test("survives packing; a cut, foreign or empty blob is no model", () => {
  const packed = packModel(model);
  const back = unpackModel(packed);
  expect(back?.itemSeqs).toEqual(model.itemSeqs);
  expect(back?.columns).toEqual(model.columns);
  expect(back?.weights).toEqual(model.weights);
  expect(back?.rowOf(30)).toBe(2);
  expect(unpackModel(packed.subarray(0, packed.length - 4))).toBeUndefined();
  expect(unpackModel(Buffer.alloc(packed.length))).toBeUndefined();
  expect(unpackModel(Buffer.alloc(0))).toBeUndefined();
});
