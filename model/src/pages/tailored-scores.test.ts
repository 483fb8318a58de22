import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { individualScores } from "../scoring/individual-scores.ts";
import { modelFromColumns, type ItemModel } from "../scoring/item-model.ts";
import { rowSet } from "./row-set.ts";
import { tailoredScores, type PackedWeights, type TailoredInput } from "./tailored-scores.ts";
import { createTailoringWorkspace } from "./tailoring-workspace.ts";

const SCALE = 0.25;

type Weight = { readonly source: number; readonly target: number; readonly weight: number };

const situation = fc.integer({ min: 4, max: 60 }).chain((items) => {
  const row = fc.nat(items - 1);
  const rows = fc.uniqueArray(row, { maxLength: 12 }).map((own) => own.toSorted((a, b) => a - b));
  return fc.record({
    items: fc.constant(items),
    weights: fc.uniqueArray(
      fc.record({ source: row, target: row, weight: fc.integer({ min: -127, max: 127 }) }),
      { maxLength: 300, selector: ({ source, target }) => source * items + target },
    ),
    history: rows,
    page: rows,
    leftOut: rows,
    stands: fc.array(fc.constantFrom(true, true, false), { minLength: items, maxLength: items }),
    plays: fc.integer({ min: 1, max: 50 }),
    neighbours: fc.integer({ min: 0, max: 20 }),
  });
});

/** The same weights for the origin and for the edge. */
function modelsOf(weights: readonly Weight[], items: number): { model: ItemModel; packed: PackedWeights } {
  const model = modelFromColumns(
    Uint32Array.from({ length: items }, (_, row) => 10 + row),
    Array.from({ length: items }, (_, target) => {
      const own = weights.filter((weight) => weight.target === target);
      return {
        sources: Uint32Array.from(own, ({ source }) => source),
        weights: Float32Array.from(own, ({ weight }) => weight * SCALE),
      };
    }),
  );
  const packed = {
    rowStarts: model.rowStarts,
    targets: Uint16Array.from(model.columns),
    weights: Int8Array.from(model.weights, (weight) => weight / SCALE),
    scales: new Float32Array(items).fill(SCALE),
  };
  return { model, packed };
}

function priorOf(rows: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * rows.length));
  rows.forEach((row, at) => {
    view.setUint32(8 * at, 10 + row, true);
    view.setFloat32(8 * at + 4, clusterScore(row), true);
  });
  return new Uint8Array(view.buffer);
}

/** The target of a row's weight: the first four are the same for all rows. */
const targetOf = (row: number, at: number): number =>
  at < 4 ? 500 + at : 600 + ((row * 37 + at * 11) % 400);

const clusterScore = (row: number): number => ((row * 7) % 5) / 4;

describe("the scores of a tailored page", () => {
  test("are the origin's, for the page's titles and those that the history leads to, each once", () => {
    const workspace = createTailoringWorkspace();
    fc.assert(
      fc.property(situation, ({ items, weights, history, page, leftOut, stands, plays, neighbours }) => {
        const { model, packed } = modelsOf(weights, items);
        const x = {
          rows: Uint32Array.from(history),
          values: Float32Array.from(history, (_, at) => 1 / (1 + at)),
        };
        const input: TailoredInput = {
          model: packed,
          x,
          plays,
          candidates: {
            rows: Uint32Array.from(page),
            scores: Float32Array.from(page, clusterScore),
          },
          items,
          standing: rowSet(items, (row) => stands[row]!),
          leftOut,
          neighbours,
        };
        const { rows, scores } = tailoredScores(input, workspace);
        const expected = individualScores(model, { x, plays, prior: priorOf(page) }, new Float32Array(items));
        const own = individualScores(model, { x, plays, prior: undefined }, new Float32Array(items));
        const chosen = Array.from(rows);
        expect(new Set(chosen).size).toBe(chosen.length);
        for (const row of chosen) expect(scores[row]).toBeCloseTo(expected[row] ?? Number.NaN, 4);
        expect(chosen.filter((row) => leftOut.includes(row))).toEqual([]);
        expect(page.filter((row) => !leftOut.includes(row) && !chosen.includes(row))).toEqual([]);
        // What the history leads to, best first.
        const worth = (row: number): number => (stands[row]! ? own[row]! : 0);
        const led = Array.from(own.keys())
          .filter((row) => worth(row) > 1e-6 && !leftOut.includes(row))
          .toSorted((a, b) => worth(b) - worth(a));
        const others = chosen.filter((row) => !page.includes(row));
        expect(others.length).toBeLessThanOrEqual(2 * neighbours);
        expect(others.filter((row) => !led.includes(row))).toEqual([]);
        // Of so few titles, ones that are worth nearly the same may be more than there is room for.
        const best = led.length <= 2 * neighbours ? led.slice(0, neighbours) : [];
        expect(best.filter((row) => !chosen.includes(row))).toEqual([]);
      }),
    );
  });

  test("count all weights, where a long history nominates by its strongest alone", () => {
    const [items, own] = [1000, 100];
    // Each of 200 titles leads to 100 others, ever less: to the first of them, all lead strongly.
    const rows = Uint32Array.from({ length: 200 }, (_, row) => row);
    const targets = Uint16Array.from({ length: 200 * own }, (_, at) =>
      targetOf(Math.floor(at / own), at % own),
    );
    const packed = {
      rowStarts: Uint32Array.from({ length: items + 1 }, (_, row) => Math.min(row, 200) * own),
      targets,
      weights: Int8Array.from(targets, (_, at) => own - (at % own)),
      scales: new Float32Array(items).fill(SCALE),
    };
    const chosen = tailoredScores(
      {
        model: packed,
        x: { rows, values: new Float32Array(200).fill(0.5) },
        plays: 200,
        candidates: { rows: new Uint32Array(), scores: new Float32Array() },
        items,
        leftOut: rows,
        neighbours: 4,
      },
      createTailoringWorkspace(),
    );
    const expected = new Float32Array(items);
    targets.forEach((target, at) => (expected[target]! += 0.5 * (200 / 203) * SCALE * packed.weights[at]!));
    expect(Array.from(chosen.rows).toSorted((a, b) => a - b)).toEqual([500, 501, 502, 503]);
    for (const row of chosen.rows) expect(chosen.scores[row]! / expected[row]!).toBeCloseTo(1, 4);
  });

  test("without a model keep the cluster's order", () => {
    const { rows, scores } = tailoredScores(
      {
        model: undefined,
        x: { rows: Uint32Array.of(1), values: Float32Array.of(1) },
        plays: 9,
        candidates: { rows: Uint32Array.of(0, 2), scores: Float32Array.of(0.5, 0.75) },
        items: 3,
        leftOut: [1],
      },
      createTailoringWorkspace(),
    );
    expect(Array.from(rows, (row) => [row, scores[row]])).toEqual([
      [0, 0.5],
      [2, 0.75],
    ]);
  });

  test("cost bounded work and throw nothing, whatever stands in state, pack or page", () => {
    const workspace = createTailoringWorkspace();
    const wild = fc.oneof(fc.constantFrom(0, 1, 4_294_967_295), fc.nat(80));
    const float = fc.float();
    const items = 40;
    fc.assert(
      fc.property(
        fc.record({
          rowStarts: fc.array(wild, { maxLength: items + 3 }),
          targets: fc.array(wild, { maxLength: 200 }),
          scales: fc.array(float, { maxLength: items }),
          history: fc.array(fc.tuple(wild, float), { maxLength: 60 }),
          page: fc.array(fc.tuple(wild, float), { maxLength: 60 }),
          leftOut: fc.array(wild, { maxLength: 60 }),
          plays: fc.double(),
        }),
        ({ rowStarts, targets, scales, history, page, leftOut, plays }) => {
          const { rows } = tailoredScores(
            {
              model: {
                rowStarts: Uint32Array.from(rowStarts),
                targets: Uint32Array.from(targets),
                weights: new Int8Array(targets.length).fill(100),
                scales: Float32Array.from(scales),
              },
              x: {
                rows: Uint32Array.from(history, ([row]) => row),
                values: Float32Array.from(history, ([, value]) => value),
              },
              plays,
              candidates: {
                rows: Uint32Array.from(page, ([row]) => row),
                scores: Float32Array.from(page, ([, score]) => score),
              },
              items,
              leftOut,
            },
            workspace,
          );
          expect(new Set(rows).size).toBe(rows.length);
          expect(rows.every((row) => row < items && !leftOut.includes(row))).toBe(true);
          // The next page finds the buffer as this one did.
          expect(workspace.marks(items).every((mark) => mark === 0)).toBe(true);
        },
      ),
    );
  });
});
