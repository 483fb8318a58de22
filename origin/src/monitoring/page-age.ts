/**
 * Computes the age of the clusters' pages from the reports of refresh cycles, and compares it with an
 * objective.
 */
import type { CycleReport } from "../pipeline/process/cycle-report.ts";

export type PageAge = {
  readonly update: (confirmed: CycleReport["confirmed"]) => void;
  /** Before the first cycle, only the objective is known. */
  readonly read: (nowMs: number) => PageAgeFigures;
};

export type PageAgeFigures = {
  readonly objectiveS: number;
  readonly oldestS?: number;
  readonly medianS?: number;
  /** How many clusters have pages that are older than the objective. */
  readonly over?: number;
};

export function createPageAge(objectiveMs: number): PageAge {
  let confirmed: CycleReport["confirmed"] = [];
  return {
    update: (newest) => {
      confirmed = newest;
    },
    read: (nowMs) => {
      const objectiveS = objectiveMs / 1000;
      const [oldest] = confirmed;
      if (oldest === undefined) return { objectiveS };
      const clusters = confirmed.reduce((sum, group) => sum + group.clusters, 0);
      let before = 0;
      const median = confirmed.find((group) => (before += group.clusters) * 2 >= clusters) ?? oldest;
      return {
        objectiveS,
        oldestS: Math.max(0, nowMs - oldest.atMs) / 1000,
        medianS: Math.max(0, nowMs - median.atMs) / 1000,
        over: confirmed.reduce(
          (sum, group) => sum + (nowMs - group.atMs > objectiveMs ? group.clusters : 0),
          0,
        ),
      };
    },
  };
}
