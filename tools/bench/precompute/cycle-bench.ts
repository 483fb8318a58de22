/** Cycles of the origin's pipeline on one store, each with what the one before has left. */
import { memoryKv, type MemoryKv } from "@spillway/origin/kv/memory.ts";
import {
  CYCLE_STAGES,
  type CycleReport,
  type CycleStage,
} from "@spillway/origin/pipeline/process/cycle-report.ts";
import { runCycle, type CycleStart } from "@spillway/origin/pipeline/process/cycle.ts";
import type { TrainerSetting } from "@spillway/model/trainers/choose-trainer.ts";
import type { CycleState } from "@spillway/origin/pipeline/learn/follow-audience.ts";
import { checkpoint, type Database } from "@spillway/store/database.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import { createProgress } from "@spillway/kit/commands/progress.ts";

const SHAPE = { carousels: 12, items: 20 };

export type CycleBench = {
  readonly database: Database;
  readonly kv: MemoryKv;
  /** Milliseconds since 1970; stands still but when it is set. */
  clockMs: number;
  /** The state after the newest cycle; throws before the first. */
  readonly refreshState: () => CycleState;
  readonly run: (reason: string, start?: CycleStart) => Promise<MeasuredCycle>;
};

export type MeasuredCycle = CycleReport & {
  readonly wallS: number;
  /** Processor time of all threads by stage: what a stage costs even where others keep the machine busy. */
  readonly cpuS: Readonly<Record<CycleStage, number>>;
};

export function createCycleBench(
  database: Database,
  pool: WorkerPool,
  {
    clockMs,
    maxLeaves,
    trainer,
  }: { readonly clockMs: number; readonly maxLeaves: number; readonly trainer: TrainerSetting },
): CycleBench {
  const kv = memoryKv();
  let state: CycleState | undefined;
  const bench: CycleBench = {
    database,
    kv,
    clockMs,
    refreshState: () => {
      if (state === undefined) throw new Error("no cycle has left anything behind");
      return state;
    },
    run: async (reason, start = {}) => {
      using progress = createProgress(reason);
      const cpu = stageCpu();
      const startMs = performance.now();
      const report = await runCycle(
        {
          database,
          kv,
          pool,
          shape: SHAPE,
          maxLeaves,
          trainer,
          now: () => bench.clockMs,
          onProgress: (stage, done, total) => {
            cpu.enter(stage);
            progress.update(done, total, stage);
          },
          onStored: (stored) => {
            state = stored;
          },
        },
        reason,
        { refreshState: state, ...start },
      );
      const wallS = (performance.now() - startMs) / 1000;
      // The scheduler does this too, when everything is published.
      checkpoint(database);
      progress.stop();
      console.error(told(report, wallS));
      return { ...report, wallS, cpuS: cpu.end() };
    },
  };
  return bench;
}

function stageCpu(): {
  readonly enter: (stage: CycleStage) => void;
  readonly end: () => MeasuredCycle["cpuS"];
} {
  const cpuS = Object.fromEntries(CYCLE_STAGES.map((stage) => [stage, 0])) as Record<CycleStage, number>;
  let current: CycleStage | undefined;
  let since = process.cpuUsage();
  const enter = (stage: CycleStage | undefined): void => {
    if (stage === current) return;
    const spent = process.cpuUsage(since);
    since = process.cpuUsage();
    if (current !== undefined) cpuS[current] += (spent.user + spent.system) / 1e6;
    current = stage;
  };
  return {
    enter,
    end: () => {
      enter(undefined);
      return cpuS;
    },
  };
}

function told({ reason, seconds, pagesWritten }: CycleReport, wallS: number): string {
  const stages = Object.entries(seconds).filter(([name, value]) => name !== "learn" && value >= 0.01);
  const each = stages.map(([name, value]) => `${name} ${value.toFixed(1)}`).join(", ");
  return `${reason}: ${wallS.toFixed(1)} s (${each}), ${pagesWritten} pages written`;
}
