import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addScores, modelFromColumns, type ItemModel } from "./item-model.ts";
import { byTarget, loadModel, multiplyBlock, PRODUCT_BLOCK, type LoadedModel } from "./products.ts";

function randomModel(items: number, weights: readonly (readonly [source: number, weight: number])[][]) {
  return modelFromColumns(
    Uint32Array.from({ length: items }, (_, at) => at + 1),
    weights.map((column) => ({
      sources: Uint32Array.from(column, ([source]) => source % items),
      weights: Float32Array.from(column, ([, weight]) => weight),
    })),
  );
}

function load(model: ItemModel): LoadedModel {
  return loadModel(byTarget(model, "test"));
}

const weight = fc.float({ min: -4, max: 4, noNaN: true });

describe("multiplying many means by the model", () => {
  test("gives each what addScores gives it alone", () => {
    const cases = fc.integer({ min: 1, max: 9 }).chain((items) =>
      fc.record({
        items: fc.constant(items),
        columns: fc.array(fc.array(fc.tuple(fc.nat(50), weight), { maxLength: 5 }), {
          minLength: items,
          maxLength: items,
        }),
        // Means may know fewer items than the model: those that have come since are in nobody's history.
        means: fc.integer({ min: 0, max: items }).chain((stride) =>
          fc.array(fc.array(weight, { minLength: stride, maxLength: stride }), {
            minLength: 1,
            maxLength: PRODUCT_BLOCK,
          }),
        ),
      }),
    );
    fc.assert(
      fc.property(cases, ({ items, columns, means }) => {
        const model = randomModel(items, columns);
        const stride = means[0]?.length ?? 0;
        const scores = { values: new Float32Array(means.length * items), stride: items };
        const vectors = { values: Float32Array.from(means.flat()), stride };
        multiplyBlock(load(model), vectors, scores, [...means.keys()]);
        means.forEach((mean, at) => {
          const expected = new Float32Array(items);
          const rows = Uint32Array.from(mean.keys());
          addScores(model, { rows, values: Float32Array.from(mean) }, 1, expected);
          scores.values
            .subarray(at * items, (at + 1) * items)
            .forEach((score, item) => expect(score).toBeCloseTo(expected[item] ?? Number.NaN, 3));
        });
      }),
      { numRuns: 50 },
    );
  });

  test("multiplies the vectors that it is told to and leaves the others alone", () => {
    const model = load(randomModel(2, [[[0, 2]], [[1, 3]]]));
    const means = { values: Float32Array.of(1, 1, 5, 7, 1, 1), stride: 2 };
    const scores = { values: new Float32Array(6).fill(-1), stride: 2 };
    multiplyBlock(model, means, scores, [1]);
    expect([...scores.values]).toEqual([-1, -1, 10, 21, -1, -1]);
  });

  test("of an empty catalogue is nothing", () => {
    const scores = { values: new Float32Array(0), stride: 0 };
    multiplyBlock(load(randomModel(0, [])), scores, scores, [0]);
    expect(scores.values).toHaveLength(0);
  });
});
