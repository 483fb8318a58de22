import fc from "fast-check";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { describe, expect, test } from "vitest";
import { createPool, inlinePool } from "../workers/pool.ts";
import { chooseSources } from "./choose-sources.ts";
import { chooseTrainer, type TrainingPlan } from "./choose-trainer.ts";
import { trainCosine } from "./cosine.ts";
import type { EaseForm, Phase } from "./plan-training.ts";
import { solveEase } from "./ease.ts";
import { playedBy, type Plays } from "./gram.ts";
import { fitKept } from "./fit-kept.ts";
import { trainColumns } from "./train-columns.ts";
import { countPairs } from "./pair-counts.ts";
import { strongest, strongestOfSources } from "../scoring/strongest-weights.ts";
import { beginInversion } from "./block-inverse.ts";
import { addToDiagonal, createMatrix, numbersAt, ROWS, type Precision } from "./inverse-matrix.ts";
import { stopTickets, takeTicket } from "./tickets.ts";

function playsOf(users: readonly (readonly number[])[]): Plays {
  const starts = new Uint32Array(users.length + 1);
  users.forEach((rows, user) => (starts[user + 1] = (starts[user] ?? 0) + rows.length));
  return { starts, playEnds: starts.subarray(1), rows: Uint32Array.from(users.flat()) };
}

/** B by plain Gauss–Jordan in 64 bits, row by row: weight from source to target. */
function plainEase(users: readonly (readonly number[])[], items: number, lambda: number): number[][] {
  const gram = Array.from({ length: items }, (_, row) =>
    Array.from({ length: 2 * items }, (__, column) =>
      column === row ? lambda : column === items + row ? 1 : 0,
    ),
  );
  for (const own of users) for (const a of own) for (const b of own) gram[a]![b]! += 1;
  for (let k = 0; k < items; k += 1) {
    const pivot = gram[k]!.map((value) => value / gram[k]![k]!);
    gram[k] = pivot;
    for (let i = 0; i < items; i += 1) {
      const factor = gram[i]![k]!;
      if (i !== k) gram[i] = gram[i]!.map((value, column) => value - factor * pivot[column]!);
    }
  }
  const inverse = gram.map((row) => row.slice(items));
  return inverse.map((row, i) => row.map((value, j) => (i === j ? 0 : -value / inverse[j]![j]!)));
}

/** Histories drawn by a seed, each title in none twice. */
function someUsers(count: number, items: number, share: number, seed: number): number[][] {
  const draw = seededRandom(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: items }, (_, row) => row).filter(() => draw() < share),
  );
}

const FORMS: readonly (readonly [EaseForm, Precision])[] = [
  ["primal", "f32"],
  ["primal", "f64"],
  ["dual", "f32"],
  ["dual", "f64"],
];

describe("EASE", () => {
  test.each(FORMS)("%s in %s is the closed form, at any size", async (form, precision) => {
    const sizes = fc.record({
      items: fc.constantFrom(1, 2, 7, ROWS - 1, ROWS, ROWS + 7, 2 * ROWS + 1),
      users: fc.constantFrom(1, 5, ROWS, ROWS + 9, 150),
      share: fc.constantFrom(0.02, 0.15, 0.6),
      lambda: fc.constantFrom(0.5, 5, 300),
      seed: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ items, users: count, share, lambda, seed }) => {
        const users = someUsers(count, items, share, seed);
        const options = { items, form, precision, regularization: lambda, pool: inlinePool };
        const solution = await solveEase(playsOf(users), options);
        const columns = await solution.columns(items);
        const expected = plainEase(users, items, lambda);
        // By users, the products with X are made in 32 bits.
        const within = precision === "f64" && form === "primal" ? 1e-6 : 2e-3;
        columns.forEach(({ sources, weights }, target) => {
          const dense = new Float32Array(items);
          sources.forEach((source, at) => (dense[source] = weights[at]!));
          dense.forEach((weight, source) =>
            expect(Math.abs(weight - expected[source]![target]!)).toBeLessThan(within),
          );
        });
        const x = { rows: Uint32Array.from(users[0]!), values: new Float32Array(users[0]!.length).fill(0.5) };
        // With room for the products of items, and without.
        for (const own of [solution, await solveEase(playsOf(users), { ...options, productBytes: 0 })]) {
          const scores = new Float32Array(items);
          const score = await own.scorer();
          score(x, scores);
          scores.forEach((sum, target) => {
            const whole = x.rows.reduce((all, row) => all + 0.5 * expected[row]![target]!, 0);
            expect(Math.abs(sum - whole)).toBeLessThan(within * (1 + x.rows.length));
          });
        }
      }),
      // An item that nearly everybody has played: its m_jj is nearly 1.
      { numRuns: 12, examples: [[{ items: 1, users: 150, share: 0.6, lambda: 0.5, seed: 0 }]] },
    );
  });

  const items = 2 * ROWS + 7;
  const users = someUsers(150, items, 0.15, 4);
  const options = { items, regularization: 5, pool: inlinePool } as const;

  test.each(FORMS)("%s in %s is the same on threads, and keeps the strongest", async (form, precision) => {
    const pool = createPool(2);
    const whole = await solveEase(playsOf(users), { ...options, form, precision, pool });
    const all = await whole.columns(items);
    await pool.close();
    const alone = await solveEase(playsOf(users), { ...options, form, precision });
    (await alone.columns(5)).forEach(({ sources, weights }, target) => {
      expect([...sources]).toEqual([...(all[target]?.sources.slice(0, 5) ?? [])]);
      expect([...weights]).toEqual([...(all[target]?.weights.slice(0, 5) ?? [])]);
    });
  });

  test("numbers of 32 bits hold where the matrix is tame, and 64 are taken where they would not", async () => {
    const tame = await solveEase(playsOf(users), { ...options, form: "primal" });
    expect(tame.error).toBeGreaterThan(1e-12);
    expect(tame.error).toBeLessThan(1e-5);
    // Hundreds who have all played the same, and next to no λ: a condition number of 10⁶.
    const same = Array.from({ length: items }, (_, row) => row);
    const alike = Array.from({ length: 700 }, () => same);
    const wild = { ...options, regularization: 0.1, form: "primal" } as const;
    const single = await solveEase(playsOf(alike), { ...wild, precision: "f32" }).then(
      ({ error }) => error,
      () => Number.POSITIVE_INFINITY,
    );
    expect(single).toBeGreaterThan(0.01);
    expect((await solveEase(playsOf(alike), wild)).error).toBeLessThan(1e-3);
    // Where the limits leave no time for it, 32 stay, if they leave an inverse.
    const { error } = await solveEase(playsOf(alike), { ...wild, retry: false });
    expect(error > 0.01).toBe(single < Number.POSITIVE_INFINITY);
  });

  test("an empty catalogue has no columns; items nobody has played have no weights", async () => {
    for (const form of ["primal", "dual"] as const) {
      const none = await solveEase(playsOf([]), { ...options, form, items: 0 });
      expect(await none.columns(5)).toEqual([]);
      const solution = await solveEase(playsOf([[0, 1]]), { ...options, form, items: 3 });
      expect((await solution.columns(3)).map(({ sources }) => [...sources])).toEqual([[1], [0], []]);
    }
  });

  test("is refused, with the row, where λ leaves no inverse", async () => {
    const refused = solveEase(playsOf([[0, 1]]), { ...options, form: "primal", regularization: -2 });
    await expect(refused).rejects.toThrow("not positive definite at row 0");
  });

  test("is refused in words where the matrix would be too large", async () => {
    const huge = solveEase(playsOf([[0, 1]]), { ...options, form: "primal", items: 40_000 });
    await expect(huge).rejects.toThrow("MB are more than the 4294 MB that kernels can address");
  });

  test.each(["counting", "inversion"] as const)("ends while %s when it is cancelled", async (during) => {
    const abort = new AbortController();
    const seen = new Set<Phase>();
    const cancelled = solveEase(playsOf(users), {
      ...options,
      form: "primal",
      signal: abort.signal,
      onPhase: (phase) => {
        seen.add(phase);
        if (phase === during) abort.abort(new Error("enough"));
      },
    });
    await expect(cancelled).rejects.toThrow("enough");
    expect(seen).toEqual(new Set(during === "counting" ? ["counting"] : ["counting", "inversion"]));
  });

  test("threads that are stopped take no further piece, and whoever waits for one ends", async () => {
    const matrix = createMatrix(4 * ROWS, "f32", 2);
    addToDiagonal(matrix, 2);
    beginInversion(matrix);
    const tickets = numbersAt(matrix, "tickets");
    const pool = createPool(1);
    // Another thread has taken the first piece, and is never done with it.
    takeTicket(tickets);
    const share = pool.run("invertShare", { matrix, thread: 1 });
    stopTickets(tickets);
    await share;
    await pool.close();
    expect(numbersAt(matrix, "values")[0]).toBe(2);
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
  const both = (a: number, b: number): number =>
    users.filter((own) => own.includes(a) && own.includes(b)).length;
  const fit = async (own: typeof columns, pool = inlinePool) => {
    const { players, histories } = playedBy(playsOf(users), items);
    return fitKept(players, await countPairs(players, histories, pool), own, { regularization: 7, pool });
  };

  test("solve the ridge regression of each title on the sources that it keeps, half dropped out", async () => {
    const fitted = await fit(columns);
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
    const onThreads = await fit(some, pool);
    await pool.close();
    expect(onThreads).toEqual(await fit(some));
    expect(onThreads[3]?.sources).toHaveLength(0);
  });
});

test("what ships of EASE is chosen by strength and by likeness, half by either", async () => {
  const items = 260;
  const histories = playsOf(someUsers(90, items, 0.2, 11));
  const solution = await solveEase(histories, { items, form: "dual", regularization: 5, pool: inlinePool });
  const like = { items, shrinkage: 20, perColumn: 150, pool: inlinePool };
  const strong = strongestOfSources(await solution.columns(150), 75);
  const alike = strongestOfSources(await trainCosine(histories, like), 75);
  const pool = createPool(1);
  const chosen = await chooseSources(solution, { pool });
  await pool.close();
  chosen.forEach(({ sources, weights }, target) => {
    const either = new Set([...strong[target]!.sources, ...alike[target]!.sources]);
    expect(either.size).toBeGreaterThan(strong[target]!.sources.length);
    expect(new Set(sources)).toEqual(either);
    expect([sources.length, weights.length]).toEqual([either.size, either.size]);
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

test("progress goes by the time that each phase is expected to take, to the end and never back", async () => {
  const users = someUsers(300, 90, 0.2, 5);
  for (const trainer of ["ease", "ease-head"] as const) {
    const tail = trainer === "ease" ? 0 : 1;
    const phases = { counting: 1, inversion: 5, columns: 1, likeness: 1, fit: 1, tail };
    const cost = { multiplyAdds: 0, scattered: 0, bytes: 0, seconds: 10, phases };
    const plan = { trainer, head: 70, form: "primal", retry: true, reason: "", cost } as const;
    const seen: number[] = [];
    await trainColumns(plan, playsOf(users), {
      items: 90,
      pool: inlinePool,
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(new Set(seen).size).toBeGreaterThan(20);
    // After counting and inversion, which are said to take most of it.
    const afterInversion = trainer === "ease" ? 6 / 9 : 6 / 10;
    expect(seen.some((share) => Math.abs(share - afterInversion) < 0.002)).toBe(true);
  }
});

describe("the trainer", () => {
  const speed = { vector: 20e9, scattered: 500e6 };
  const choose = (
    items: number,
    users: number,
    limits = { seconds: 300, bytes: 4e9 },
    threads = 2,
  ): TrainingPlan =>
    chooseTrainer(
      "auto",
      { items, users, plays: 30 * users, pairs: 2000 * users },
      { threads, speed, limits },
    );

  test.each<[number, number, string, string | undefined]>([
    [3018, 4814, "ease", "primal"],
    [7390, 5000, "ease", "dual"],
    [20_000, 1_000_000, "ease", "primal"],
    [50_000, 2000, "ease", "dual"],
  ])("of %d items and %d users is %s, %s", (items, users, trainer, form) => {
    expect(choose(items, users)).toMatchObject({ trainer, ...(form && { form }) });
  });

  test("is another one where EASE takes too long or too much, and the reason has the figures", () => {
    expect(choose(60_000, 1_000_000).trainer).toBe("ease-head");
    expect(choose(20_000, 1_000_000, { seconds: 300, bytes: 1e9 }).trainer).toBe("ease-head");
    expect(choose(20_000, 1_000_000, { seconds: 300, bytes: 1e8 }).trainer).toBe("cosine");
    const slow = choose(20_000, 1_000_000, { seconds: 40, bytes: 4e9 });
    expect(slow.trainer).toBe("ease-head");
    expect(slow.reason).toMatch(/^EASE by items takes \S+ G multiply-adds, .* MB, some \d+ s on 2 threads/);
    expect(slow.reason).toContain("more than 40 s or 4000 MB; on the ");
  });

  test("tries 64 bits after 32 only where the limits leave time and memory for both", () => {
    const { cost } = choose(8000, 1_000_000);
    const just = { seconds: 1.1 * cost.seconds, bytes: 4e9 };
    expect(choose(8000, 1_000_000)).toMatchObject({ trainer: "ease", retry: true });
    expect(choose(8000, 1_000_000, just)).toMatchObject({ trainer: "ease", retry: false });
    expect(choose(8000, 1_000_000, { seconds: 300, bytes: 1.5 * cost.bytes })).toMatchObject({
      retry: false,
    });
  });

  test("is the one that is set", () => {
    const size = { items: 60_000, users: 1e6, plays: 3e7, pairs: 2e9 };
    const means = { threads: 2, speed, limits: { seconds: 300, bytes: 4e9 } };
    expect(chooseTrainer("cosine", { ...size, items: 10 }, means).trainer).toBe("cosine");
    expect(chooseTrainer("ease", size, means).trainer).toBe("ease");
  });
});
