import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { modelFromColumns, type ItemModel } from "../scoring/item-model.ts";
import { buildCataloguePack, readCataloguePack } from "./catalogue-pack.ts";
import { buildModelPack, readModelPack, type ModelPack } from "./model-pack.ts";
import { budgetPacks } from "./pack-budget.ts";
import { pairPacks } from "./packs.ts";
import { valueOf } from "./test/value-of.ts";

const model: fc.Arbitrary<ItemModel> = fc.integer({ min: 0, max: 12 }).chain((items) =>
  fc
    .array(
      fc.uniqueArray(fc.tuple(fc.nat(Math.max(0, items - 1)), fc.integer({ min: -3000, max: 3000 })), {
        selector: ([source]) => source,
        maxLength: items,
      }),
      { minLength: items, maxLength: items },
    )
    .map((columns) =>
      modelFromColumns(
        Uint32Array.from({ length: items }, (_, row) => 3 * row + 1),
        columns.map((column) => ({
          sources: Uint32Array.from(column, ([source]) => source),
          weights: Float32Array.from(column, ([, weight]) => weight / 1000),
        })),
      ),
    ),
);

const read = (bytes: Uint8Array): ModelPack => valueOf(readModelPack(bytes));

test("a row keeps its strongest weights of either sign, to half of one part in 127, the largest first", () => {
  fc.assert(
    fc.property(model, fc.integer({ min: 1, max: 12 }), (whole, weightsPerRow) => {
      const { rowStarts, targets, weights, scales } = read(buildModelPack(whole, { weightsPerRow }));
      whole.itemSeqs.forEach((_, row) => {
        const given = new Map<number, number>();
        for (let at = whole.rowStarts[row]!; at < whole.rowStarts[row + 1]!; at += 1) {
          given.set(whole.columns[at]!, whole.weights[at]!);
        }
        const kept = new Map<number, number>();
        let before = Infinity;
        for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at += 1) {
          kept.set(targets[at]!, weights[at]! * scales[row]!);
          expect(weights[at]!).toBeLessThanOrEqual(before);
          before = weights[at]!;
        }
        expect(kept.size).toBeLessThanOrEqual(weightsPerRow);
        const strengths = Array.from(given.values(), Math.abs).toSorted((a, b) => b - a);
        const least = strengths[weightsPerRow - 1] ?? 0;
        for (const [target, weight] of given) {
          const error = Math.abs((kept.get(target) ?? 0) - weight);
          const mustBeKept = Math.abs(weight) > least || given.size <= weightsPerRow;
          expect(!mustBeKept && !kept.has(target) ? 0 : error).toBeLessThanOrEqual(scales[row]! * 0.5001);
        }
      });
    }),
  );
});

test("the targets of more than 65,536 rows take 32 bits", () => {
  const items = 65_537;
  const columns = [{ sources: Uint32Array.of(items - 1), weights: Float32Array.of(1) }];
  const large = modelFromColumns(
    Uint32Array.from({ length: items }, (_, row) => row + 1),
    [...Array.from({ length: items - 1 }, () => columns[0]!), columns[0]!],
  );
  const pack = read(buildModelPack(large, { weightsPerRow: items }));
  expect(pack.targets).toBeInstanceOf(Uint32Array);
  expect(pack.targets.at(-1)).toBe(items - 1);
});

test("a broken model pack is refused, or can be scored with", () => {
  fc.assert(
    fc.property(
      model,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      (whole, changes, cut) => {
        const bytes = buildModelPack(whole, { weightsPerRow: 5 });
        expect(readModelPack(bytes.subarray(0, cut % bytes.length)).ok).toBe(false);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const pack = readModelPack(bytes);
        expect(pack.ok || pack.issues[0]!.reason).not.toBe("");
        if (!pack.ok) return;
        const { rowStarts, targets, weights, scales, rows } = pack.value;
        const scores = new Float32Array(rows.count);
        for (let row = 0; row < rows.count; row += 1) {
          for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at += 1) {
            scores[targets[at]!]! += weights[at]! * scales[row]!;
          }
        }
        expect(scores.every(Number.isFinite)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

const film = (row: number): { seq: number; item: Item } => ({
  seq: row + 1,
  item: { id: `f${row}`, title: "Film", kind: "movie", genres: [], teams: [], takenDown: false },
});

const catalogueOf = (rows: readonly number[]) =>
  valueOf(readCataloguePack(buildCataloguePack(rows.map(film))));

const modelOf = (seqs: readonly number[]) =>
  read(
    buildModelPack(
      modelFromColumns(
        Uint32Array.from(seqs),
        seqs.map((_, row) => ({
          sources: Uint32Array.of((row + 1) % seqs.length),
          weights: Float32Array.of(1),
        })),
      ),
      { weightsPerRow: 5 },
    ),
  );

describe("a pair", () => {
  test("is made where the catalogue begins with the model's rows; items that came since have no weights", () => {
    const packs = pairPacks(catalogueOf([0, 1, 2, 3]), modelOf([1, 2, 3]));
    expect([...packs!.model!.rowStarts]).toEqual([0, 1, 2, 3, 3]);
    expect(packs!.model!.scales).toHaveLength(4);
    expect([...pairPacks(catalogueOf([0, 1, 2]), packs!.model)!.model!.rowStarts].slice(0, 4)).toEqual([
      0, 1, 2, 3,
    ]);
    expect([...pairPacks(catalogueOf([0, 1, 2, 3, 4, 5]), packs!.model)!.model!.rowStarts]).toEqual([
      0, 1, 2, 3, 3, 3, 3,
    ]);
  });

  test("is none of other rows, and one without a model where there is none", () => {
    expect(pairPacks(catalogueOf([0, 1, 3]), modelOf([1, 2, 3]))).toBeUndefined();
    expect(pairPacks(catalogueOf([0, 1]), modelOf([1, 2, 3]))).toBeUndefined();
    expect(pairPacks(catalogueOf([0, 1]), undefined)?.model).toBeUndefined();
  });
});

describe("the budget", () => {
  /** 1,000 rows of 200 weights: 3 bytes each, and 8 a row. */
  const rowStarts = Uint32Array.from({ length: 1001 }, (_, row) => 200 * row);

  test("gives what was asked for, fewer weights, candidates only, or nothing", () => {
    expect(budgetPacks({ rowStarts }, 1000, 100, 400_000)).toEqual({ kind: "whole", weightsPerRow: 100 });
    expect(budgetPacks({ rowStarts }, 1000, 500, 700_000)).toEqual({ kind: "whole", weightsPerRow: 500 });
    const fewer = budgetPacks({ rowStarts }, 1000, 100, 200_000);
    expect(fewer).toEqual({ kind: "fewer-weights", weightsPerRow: 60 });
    expect(budgetPacks({ rowStarts }, 190_000, 100, 200_000)).toEqual({ kind: "candidates-only" });
    expect(budgetPacks({ rowStarts }, 21_000_000, 100)).toEqual({ kind: "none" });
  });
});
