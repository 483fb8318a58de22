/**
 * Training on synthetic plays: the inversion beside LAPACK's of the same matrix, by turns, and the whole
 * training beside what was planned.
 */
import { median } from "@spillway/kit/statistics.ts";
import type { TrainerSetting } from "@spillway/model/trainers/choose-trainer.ts";
import { playedBy, type Plays } from "@spillway/model/trainers/gram.ts";
import { addToDiagonal, createMatrix, numbersAt } from "@spillway/model/trainers/inverse-matrix.ts";
import { gramRows } from "@spillway/model/trainers/ease-tasks.ts";
import { invertInPlace } from "@spillway/model/trainers/invert.ts";
import { EASE_REGULARIZATION, planTraining, trainColumns } from "@spillway/model/trainers/train-columns.ts";
import { createPool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import { openWorkFolder } from "../work-folder.ts";
import { createLapack, type Inversion } from "./lapack.ts";
import { playsOf } from "./synthetic-plays.ts";

export type TrainBenchOptions = {
  readonly items: number;
  readonly users: number;
  readonly meanPlays: number;
  /** Titles of the matrix that is inverted beside LAPACK: the first of the catalogue. 0: none. */
  readonly lapackItems: number;
  readonly trainer: TrainerSetting;
  readonly rounds: number;
  readonly threads: number;
  readonly seed: number;
};

type Took = { readonly s: number; readonly cpuS: number };

export type TrainBench = Omit<TrainBenchOptions, "trainer"> & {
  readonly plays: number;
  /** Medians over the rounds. `ratio`: ours ÷ LAPACK's, by the clock and by processor time. */
  readonly inversion: {
    readonly items: number;
    readonly ease: Took & { readonly error: number };
    readonly lapack: Took | { readonly skipped: string };
    readonly ratio?: number;
    readonly cpuRatio?: number;
  };
  readonly training: Took & {
    readonly trainer: string;
    readonly why: string;
    readonly expectedS: number;
    readonly weights: number;
    readonly peakRssMiB: number;
  };
};

export async function benchTrain(options: TrainBenchOptions): Promise<TrainBench> {
  const { items, threads, trainer, ...rest } = options;
  const plays = playsOf(options);
  const pool = createPool(threads);
  try {
    const inversion = await compareInversions(plays, options, pool);
    const plan = await planTraining(trainer, plays, items, pool);
    const { took, result } = await timed(() => trainColumns(plan, plays, { items, pool }));
    return {
      ...rest,
      items,
      threads,
      plays: plays.playEnds.at(-1) ?? 0,
      inversion,
      training: {
        ...took,
        trainer: plan.trainer,
        why: plan.reason,
        expectedS: plan.cost.seconds,
        weights: result.reduce((sum, { sources }) => sum + sources.length, 0),
        peakRssMiB: process.resourceUsage().maxRSS / 1024,
      },
    };
  } finally {
    await pool.close();
  }
}

async function compareInversions(
  plays: Plays,
  { lapackItems: size, items, rounds, threads }: TrainBenchOptions,
  pool: WorkerPool,
): Promise<TrainBench["inversion"]> {
  const played = playedBy(plays, items);
  const [rows, transposed] = [played.players, played.histories];
  const filled = () => {
    const matrix = createMatrix(size, "f32", threads);
    gramRows({ matrix, rows, transposed, from: 0, to: size });
    addToDiagonal(matrix, EASE_REGULARIZATION);
    return matrix;
  };
  const { width, ...template } = filled();
  const values = numbersAt({ width, ...template }, "values");
  const whole = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      whole[row * size + column] = values[Math.max(row, column) * width + Math.min(row, column)] ?? 0;
    }
  }
  using folder = openWorkFolder("train", undefined);
  const lapack = createLapack(folder.path, whole, size, threads);
  const ours: Inversion[] = [];
  const theirs: (Inversion | { readonly skipped: string })[] = [];
  // A process that has just begun compiles first.
  await invertInPlace(filled(), { pool });
  for (let round = 0; round < rounds; round += 1) {
    const matrix = filled();
    const { took } = await timed(() => invertInPlace(matrix, { pool }));
    ours.push({ ...took, first: -(numbersAt(matrix, "values")[0] ?? Number.NaN) });
    theirs.push(await lapack());
  }
  const ease = middle(ours);
  const measured = theirs.filter((round) => "s" in round);
  const [first] = theirs;
  if (first === undefined || !("s" in first)) {
    return { items: size, ease: { ...ease, error: Number.NaN }, lapack: first ?? { skipped: "no rounds" } };
  }
  const other = middle(measured);
  return {
    items: size,
    ease: { ...ease, error: Math.abs((ours[0]?.first ?? Number.NaN) / first.first - 1) },
    lapack: other,
    ratio: ease.s / other.s,
    cpuRatio: ease.cpuS / other.cpuS,
  };
}

function middle(rounds: readonly Took[]): Took {
  return { s: median(rounds.map(({ s }) => s)), cpuS: median(rounds.map(({ cpuS }) => cpuS)) };
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ took: Took; result: Result }> {
  const startMs = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { took: { s: (performance.now() - startMs) / 1000, cpuS: (user + system) / 1e6 }, result };
}
