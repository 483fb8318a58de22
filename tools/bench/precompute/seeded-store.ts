/** The seeded store that cycles are measured on, and what is read of a measured cycle. */
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { createPool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import { createCycleBench, type CycleBench, type MeasuredCycle } from "./cycle-bench.ts";
import type { PrecomputeOptions } from "./measurement.ts";
import { syntheticAudience, type SyntheticAudience } from "./synthetic-audience.ts";

export type MeasureOptions = PrecomputeOptions & {
  readonly path: string;
  /** When the store was seeded: the clock stands there but when it is told to go on. */
  readonly nowMs: number;
};

type SeededStore = {
  readonly database: Database;
  readonly pool: WorkerPool;
  readonly audience: SyntheticAudience;
  readonly bench: CycleBench;
};

/** Database and threads are closed when `work` has ended, however. */
export async function onSeededStore<Result>(
  { path, clusters, seed, trainer, nowMs }: MeasureOptions,
  work: (store: SeededStore) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase(path, { durability: "normal" });
  const pool = createPool();
  try {
    const audience = syntheticAudience(allItems(database), seed, nowMs);
    const bench = createCycleBench(database, pool, { clockMs: nowMs, maxLeaves: clusters, trainer });
    return await work({ database, pool, audience, bench });
  } finally {
    await pool.close();
    database.close();
  }
}

export function withoutTraining({ wallS, seconds }: MeasuredCycle): number {
  return wallS - seconds.train;
}

/** Processor time of all threads. */
export function cpuWithoutTraining({ cpuS }: MeasuredCycle): number {
  return Object.values(cpuS).reduce((sum, seconds) => sum + seconds, 0) - cpuS.train;
}

export function peakRssMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}
