import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { describe, expect, test } from "vitest";
import { createPool, inlinePool } from "../workers/pool.ts";
import { chooseTrainer, MAX_EASE_ITEMS } from "./choose-trainer.ts";
import { trainCosine } from "./cosine.ts";
import { trainEase } from "./ease.ts";
import type { Plays } from "./gram.ts";
import { fitKept } from "./fit-kept.ts";
import { strongest, strongestOfSources } from "../scoring/strongest-weights.ts";
import { BLOCK, prepareStep } from "./block-inverse.ts";

function playsOf(users: readonly (readonly number[])[]): Plays {
  const starts = new Uint32Array(users.length + 1);
  users.forEach((rows, user) => (starts[user + 1] = (starts[user] ?? 0) + rows.length));
  return { starts, playEnds: starts.subarray(1), rows: Uint32Array.from(users.flat()) };
}

describe("EASE", () => {
  const items = BLOCK + 7;
  const draw = seededRandom(4);
  const users = Array.from({ length: 150 }, () =>
    Array.from({ length: items }, (_, row) => row).filter(() => draw() < 0.15),
  );
  const options = { items, regularization: 5, perColumn: items, pool: inlinePool };

  test("solves its normal equations: (XᵀX + λI) B is XᵀX + λI but for multiples of one column each", async () => {
    const columns = await trainEase(playsOf(users), options);
    const dense = columns.map(({ sources, weights }) => {
      const column = new Float64Array(items);
      sources.forEach((source, at) => (column[source] = weights[at] ?? 0));
      return column;
    });
    const gram = Array.from({ length: items }, () => new Float64Array(items));
    for (const own of users) for (const a of own) for (const b of own) gram[a]![b]! += 1;
    // B = I − P D with P the inverse of A = G + λI, so A (I − B) = D: diagonal.
    for (let target = 0; target < items; target += 1) {
      expect(dense[target]?.[target]).toBe(0);
      for (let row = 0; row < items; row += 1) {
        const own = gram[row]!.map((value, column) => value + (column === row ? 5 : 0));
        const product = own.reduce(
          (sum, value, k) => sum + value * ((k === target ? 1 : 0) - dense[target]![k]!),
          0,
        );
        expect(row === target ? 0 : Math.abs(product)).toBeLessThan(2e-4);
      }
    }
  });

  test("is the same on threads, and keeps the strongest weights of each target by size", async () => {
    const pool = createPool(2);
    const whole = await trainEase(playsOf(users), { ...options, pool });
    await pool.close();
    const few = await trainEase(playsOf(users), { ...options, perColumn: 5 });
    few.forEach(({ sources, weights }, target) => {
      expect([...sources]).toEqual([...(whole[target]?.sources.slice(0, 5) ?? [])]);
      expect([...weights]).toEqual([...(whole[target]?.weights.slice(0, 5) ?? [])]);
    });
  });

  test("an empty catalogue has no columns; items nobody has played have no weights", async () => {
    expect(await trainEase(playsOf([]), { ...options, items: 0 })).toEqual([]);
    const columns = await trainEase(playsOf([[0, 1]]), { ...options, items: 3 });
    expect(columns.map(({ sources }) => [...sources])).toEqual([[1], [0], []]);
  });

  test("a matrix that is not positive definite is refused, with the row", () => {
    const values = new Float64Array(BLOCK ** 2);
    const matrix = { size: BLOCK, stride: BLOCK, values };
    expect(() => prepareStep(matrix, 0, new Float64Array(BLOCK ** 2))).toThrow(
      "not positive definite at row 0",
    );
  });
});

describe("weights that are fitted again", () => {
  const items = 12;
  const draw = seededRandom(9);
  const users = Array.from({ length: 80 }, () =>
    Array.from({ length: items }, (_, row) => row).filter(() => draw() < 0.4),
  );
  const kept = Array.from({ length: items }, (_, target) =>
    Array.from({ length: 4 }, (__, at) => (target + 2 * at + 1) % items),
  );
  const columns = kept.map((sources) => ({
    sources: Uint32Array.from(sources),
    weights: new Float32Array(sources.length).fill(1),
  }));
  const options = { items, regularization: 7, pool: inlinePool };

  test("solve the ridge regression of each title on the sources that it keeps, half dropped out", async () => {
    const fitted = await fitKept(playsOf(users), columns, options);
    const both = (a: number, b: number): number =>
      users.filter((own) => own.includes(a) && own.includes(b)).length;
    fitted.forEach(({ sources, weights }, target) => {
      expect([...sources].toSorted((a, b) => a - b)).toEqual(kept[target]?.toSorted((a, b) => a - b));
      for (const source of sources) {
        const sum = [...sources].reduce((total, other, at) => total + both(source, other) * weights[at]!, 0);
        const ridge = (7 + both(source, source)) * weights[sources.indexOf(source)]!;
        expect(sum + ridge).toBeCloseTo(both(source, target), 3);
      }
    });
  });

  test("are the same on threads, and none of a title that keeps none", async () => {
    const pool = createPool(2);
    const some = columns.with(3, { sources: new Uint32Array(0), weights: new Float32Array(0) });
    const onThreads = await fitKept(playsOf(users), some, { ...options, pool });
    await pool.close();
    expect(onThreads).toEqual(await fitKept(playsOf(users), some, options));
    expect(onThreads[3]?.sources).toHaveLength(0);
    expect(await fitKept(playsOf([]), [], { ...options, items: 0 })).toEqual([]);
  });
});

test("keeps the strongest weights out of each source, and the order within a column", () => {
  const columns = [
    { sources: Uint32Array.of(2, 1), weights: Float32Array.of(0.5, -0.4) },
    { sources: Uint32Array.of(2, 0), weights: Float32Array.of(-0.9, 0.1) },
    { sources: Uint32Array.of(1, 0), weights: Float32Array.of(0.4, 0.2) },
  ];
  expect(strongestOfSources(columns, 1).map(({ sources }) => [...sources])).toEqual([[1], [2], [0]]);
  expect(strongestOfSources(columns, 2)).toEqual(columns);
});

test("cosine neighbours: G_ij / (√G_ii √G_jj + shrinkage), no item its own neighbour, at most k into each target", async () => {
  const plays = playsOf([
    [0, 1],
    [0, 1],
    [0, 2],
  ]);
  const columns = await trainCosine(plays, { items: 3, shrinkage: 1, perColumn: 1, pool: inlinePool });
  expect(columns.map(({ sources }) => [...sources])).toEqual([[1], [0], [0]]);
  expect(columns[0]?.weights[0]).toBeCloseTo(2 / (Math.sqrt(3) * Math.sqrt(2) + 1), 6);
  expect(columns[2]?.weights[0]).toBeCloseTo(1 / (Math.sqrt(3) + 1), 6);
});

test("the strongest weights are those of the largest size, whatever their sign; NaN is none", () => {
  const { sources, weights } = strongest(Float32Array.of(0.1, -0.5, 0, Number.NaN, 0.3), 2);
  expect([...sources]).toEqual([1, 4]);
  expect([...weights]).toEqual([-0.5, Math.fround(0.3)]);
});

test("the trainer follows the size of the catalogue unless it is set", () => {
  expect(chooseTrainer("auto", MAX_EASE_ITEMS).trainer).toBe("ease");
  expect(chooseTrainer("auto", MAX_EASE_ITEMS + 1).trainer).toBe("cosine");
  expect(chooseTrainer("cosine", 10).trainer).toBe("cosine");
});
