import { expect, test } from "vitest";
import { addScores, emptyModel, modelFromColumns, type ItemModel } from "./item-model.ts";
import { withOwnWeights } from "./own-weights.ts";

/** 0 leads to 1 with 0.5 and to 2 with 0.25, 1 leads to 2 with 0.75; 2 leads nowhere. */
const MODEL = modelFromColumns(Uint32Array.of(10, 11, 12), [
  { sources: Uint32Array.of(), weights: Float32Array.of() },
  { sources: Uint32Array.of(0), weights: Float32Array.of(0.5) },
  { sources: Uint32Array.of(1, 0), weights: Float32Array.of(0.75, 0.25) },
]);

function scoresOf(model: ItemModel, rows: readonly number[]): Float32Array {
  const scores = new Float32Array(3);
  addScores(
    model,
    { rows: Uint32Array.from(rows), values: new Float32Array(rows.length).fill(1) },
    1,
    scores,
  );
  return scores;
}

test("each item says 0.3 of what the average play says, for itself, and the same as before for the others", () => {
  // Of four plays, those of 0 and 1 say 0.75 each for other items, and those of 2 nothing.
  const own = 0.3 * ((1 * 0.75 + 1 * 0.75 + 2 * 0) / 4);
  const scores = scoresOf(withOwnWeights(MODEL, [1, 1, 2]), [0, 2]);
  expect(scores[0]).toBeCloseTo(own, 6);
  expect(scores[1]).toBeCloseTo(0.5, 6);
  expect(scores[2]).toBeCloseTo(0.25 + own, 6);
  expect(MODEL.columns).toHaveLength(3);
});

test("plays of fewer items than the model has, of none, and a model of nothing", () => {
  expect(scoresOf(withOwnWeights(MODEL, [1]), [2])[2]).toBeCloseTo(0.3 * 0.75, 6);
  expect(scoresOf(withOwnWeights(MODEL, []), [0])).toEqual(scoresOf(MODEL, [0]));
  expect(withOwnWeights(emptyModel(new Uint32Array(0)), []).weights).toHaveLength(0);
});

test("a model that speaks against everything never speaks against an item's own plays", () => {
  const against = modelFromColumns(Uint32Array.of(1, 2), [
    { sources: Uint32Array.of(1), weights: Float32Array.of(-1) },
    { sources: Uint32Array.of(0), weights: Float32Array.of(-1) },
  ]);
  expect(withOwnWeights(against, [1, 1]).weights).toContain(0);
});
