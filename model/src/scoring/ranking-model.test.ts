import { expect, test } from "vitest";
import { rankingModel, rowWeights, weightsInto } from "./ranking-model.ts";

/** Three rows: two weights, none, one. */
const model = (weights: number[]) => ({
  rowStarts: Uint32Array.of(0, 2, 2, 3),
  columns: Uint32Array.of(1, 2, 2),
  weights: Float32Array.from(weights),
});

test.each([
  ["packed", [0.5, -1, 0.25]],
  ["apart", [0.1, -1.3, 0.7]],
] as const)("weights that are held %s are read by row, and by where they lead", (form, weights) => {
  const ranking = rankingModel(model([...weights]));
  const [first, second, third] = Float32Array.from(weights);
  expect(ranking.held.form).toBe(form);
  expect([...rowWeights(ranking, 0).columns]).toEqual([1, 2]);
  expect([...rowWeights(ranking, 0).weights]).toEqual([first, second]);
  expect([...rowWeights(ranking, 1).weights]).toEqual([]);
  expect([...weightsInto(ranking, 0)]).toEqual([0, 0, 0]);
  expect([...weightsInto(ranking, 1)]).toEqual([first, 0, 0]);
  expect([...weightsInto(ranking, 2)]).toEqual([second, 0, third]);
});
