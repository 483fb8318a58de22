/**
 * Runs the stages of a cycle: it measures each one's time, reports its progress, and keeps the lease alive.
 */
import type { CycleStage } from "./cycle-report.ts";

type Progress = (done: number, total: number) => void;

export type Stages = {
  /** The wall time of each stage, rounded to milliseconds. */
  readonly seconds: Record<CycleStage, number>;
  readonly run: <Result>(
    name: CycleStage,
    work: (onProgress: Progress) => Result | Promise<Result>,
  ) => Promise<Result>;
};

export type StageCallbacks = {
  readonly onProgress?: (stage: CycleStage, done: number, total: number) => void;
  /** Called before each stage and at every progress. It throws when the lease is lost. */
  readonly heartbeat?: (stage: CycleStage, done: number, total: number) => void;
};

export function createStages({ onProgress, heartbeat }: StageCallbacks): Stages {
  const seconds = { fold: 0, read: 0, train: 0, cluster: 0, pages: 0, publish: 0, packs: 0 };
  return {
    seconds,
    run: async (name, work) => {
      let reportedEnd = false;
      const report: Progress = (done, total) => {
        reportedEnd = done === total;
        heartbeat?.(name, done, total);
        onProgress?.(name, done, total);
      };
      report(0, 1);
      const startMs = performance.now();
      const result = await work(report);
      seconds[name] = Math.round(performance.now() - startMs) / 1000;
      if (!reportedEnd) onProgress?.(name, 1, 1);
      return result;
    },
  };
}
