/**
 * One evaluation: reads the data, measures the warm and the cold table, and says what with and how long it
 * took.
 */
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { ColdResult } from "./cold/cold.ts";
import type { ColdRow } from "./cold/compare-rows.ts";
import { medianRows, type WarmRow } from "./median-rows.ts";
import type { Flags } from "./options.ts";
import { readInteractions, type ReadData } from "./read-interactions.ts";
import type { VisitData } from "./visits/evaluate-visits.ts";
import type { Individual, Warm } from "./warm/warm.ts";

/** What `--json` prints. Shares, such as retention and lift, are of 1. */
export type Evaluation = {
  readonly warm: readonly WarmRow[];
  /** The model of individual answers, by its trainer; of the first seed. Absent without a warm table. */
  readonly individual?: Individual;
  readonly cold: readonly ColdRow[];
  readonly extra: readonly WarmRow[];
  readonly data: {
    readonly warm?: WarmData;
    readonly cold?: Pick<ColdResult, "users" | "visitors" | "items">;
    /** On visits of one's own, in the demo's place. */
    readonly visits?: VisitData;
  };
  readonly settings: Pick<
    Flags,
    "clusters" | "minSupport" | "seed" | "seeds" | "lambda" | "history" | "tune"
  > & {
    readonly threads: number;
  };
  /** `ease`, `shipped`, `knn`, `clusters` and `tailored` are parts of `warm`; each summed over the seeds. */
  readonly seconds: Readonly<
    Partial<
      Record<"read" | "warm" | "ease" | "shipped" | "knn" | "clusters" | "tailored" | "cold", number>
    > & {
      total: number;
    }
  >;
};

export type WarmData = Omit<ReadData, "users" | "itemCount"> & {
  readonly file: string;
  readonly items: number;
  readonly trainingUsers: number;
  readonly testUsers: number;
  /** What retention is measured against. */
  readonly reference: Warm["reference"];
  /** Of both packs in an isolate; absent where the catalogue is too large for packs. */
  readonly packBytes?: number;
  /** The peak memory of the process when EASE had been trained. */
  readonly peakRssMiB: number;
};

export type OnProgress = (step: string, done: number, total: number) => void;

/** `path`: undefined for the cold table alone. Throws a DataError when nothing can be measured. */
export async function evaluate(
  path: string | undefined,
  flags: Flags,
  onProgress: OnProgress,
): Promise<Evaluation> {
  const startMs = performance.now();
  const threads = availableParallelism();
  const warm = path === undefined ? undefined : await evaluateWarm(path, flags, threads, onProgress);
  const coldMs = performance.now();
  const visits = flags.visits === undefined ? undefined : await visitsOf(flags.visits, flags, onProgress);
  const isDemo = visits === undefined && flags.warmOnly !== true;
  const cold = isDemo ? await evaluateCold(flags.seed, threads, onProgress) : undefined;
  const { clusters, minSupport, seed, seeds, lambda, history, tune } = flags;
  return {
    warm: warm?.warm ?? [],
    ...(warm && { individual: warm.individual }),
    cold: (visits ?? cold)?.rows ?? [],
    extra: warm?.extra ?? [],
    data: {
      ...(warm && { warm: warm.data }),
      ...(cold && { cold: { users: cold.users, visitors: cold.visitors, items: cold.items } }),
      ...(visits && { visits: visits.data }),
    },
    settings: {
      clusters,
      minSupport,
      seed,
      seeds,
      lambda,
      ...(history !== undefined && { history }),
      ...(tune && { tune }),
      threads,
    },
    seconds: {
      ...warm?.seconds,
      ...((visits ?? cold) && { cold: secondsSince(coldMs) }),
      total: secondsSince(startMs),
    },
  };
}

async function evaluateWarm(path: string, flags: Flags, threads: number, onProgress: OnProgress) {
  const { size } = await stat(path);
  const startMs = performance.now();
  const { users, itemCount, ...told } = await readInteractions(
    path,
    (bytes) => onProgress("reading", bytes, size),
    flags.tune,
  );
  const read = secondsSince(startMs);
  const data = { ...told, users, itemCount };
  // The trainers take a second to load, so they are imported only after the data proved to be valid.
  const { warmRows } = await import("./warm/warm.ts");
  const warmMs = performance.now();
  const runs: Warm[] = [];
  for (let at = 0; at < flags.seeds; at += 1) {
    const seed = flags.seed + at;
    const named: OnProgress = (step, done, total) =>
      onProgress(flags.seeds === 1 ? step : `seed ${seed}: ${step}`, done, total);
    runs.push(await warmRows(data, { ...flags, seed, threads, onProgress: named }));
  }
  const [first] = runs;
  if (first === undefined) throw new RangeError("at least one seed");
  const { individual, testUsers, trainingUsers, reference, packBytes, peakRssMiB } = first;
  const sum = (part: keyof Warm["seconds"]): number =>
    rounded(runs.reduce((all, { seconds }) => all + seconds[part], 0));
  return {
    warm: medianRows(runs.map(({ warm }) => warm)),
    individual,
    extra: medianRows(runs.map(({ extra }) => extra)),
    data: {
      ...told,
      file: basename(path),
      items: itemCount,
      trainingUsers,
      testUsers,
      reference,
      ...(packBytes !== undefined && { packBytes }),
      peakRssMiB: Math.round(peakRssMiB),
    },
    seconds: {
      read,
      warm: secondsSince(warmMs),
      ease: sum("ease"),
      shipped: sum("shipped"),
      knn: sum("knn"),
      clusters: sum("clusters"),
      tailored: sum("tailored"),
    },
  };
}

async function visitsOf(path: string, flags: Flags, onProgress: OnProgress) {
  const { evaluateVisits } = await import("./visits/evaluate-visits.ts");
  return evaluateVisits(path, flags, onProgress);
}

async function evaluateCold(seed: number, threads: number, onProgress: OnProgress): Promise<ColdResult> {
  const [{ coldRows }, { createPool }] = await Promise.all([
    import("./cold/cold.ts"),
    import("@spillway/model/workers/pool.ts"),
  ]);
  const pool = createPool(threads);
  try {
    return await coldRows({ seed, pool, onProgress });
  } finally {
    await pool.close();
  }
}

function secondsSince(startMs: number): number {
  return rounded((performance.now() - startMs) / 1000);
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
