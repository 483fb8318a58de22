/**
 * What the recommender computes on threads, and the pool that it asks to do so. Pure: who runs the tasks is
 * handed in.
 */
import type { sumOwnHistories } from "../clusters/sum-histories.ts";
import type { meansOfItems } from "../clusters/means-of-items.ts";
import type { writeSegments } from "../clusters/segmenter.ts";
import type { BlockInput, BlockOutput } from "../pages/build-block.ts";
import type { packPriors } from "../scoring/packed-scores.ts";
import type { cosineColumns } from "../trainers/cosine-tasks.ts";
import type { invertShare } from "../trainers/block-inverse.ts";
import type { dualColumns } from "../trainers/dual-tasks.ts";
import type { easeColumns, gramRows, mirrorColumns } from "../trainers/ease-tasks.ts";
import type { intoTail, outOfTail } from "../trainers/head-tasks.ts";
import type { pairRows } from "../trainers/pair-tasks.ts";
import type { Speed } from "../trainers/plan-training.ts";
import type { fitColumns } from "../trainers/fit-tasks.ts";

/**
 * By name: threads are told which one to run. Inputs and outputs are cloned, but what stands on shared
 * memory.
 */
export type Tasks = {
  /** Measures the machine once in a thread's life. */
  readonly calibrate: (input: undefined) => Speed;
  readonly gramRows: typeof gramRows;
  readonly mirrorColumns: typeof mirrorColumns;
  readonly invertShare: typeof invertShare;
  readonly dualColumns: typeof dualColumns;
  readonly pairRows: typeof pairRows;
  readonly easeColumns: typeof easeColumns;
  readonly intoTail: typeof intoTail;
  readonly outOfTail: typeof outOfTail;
  readonly fitColumns: typeof fitColumns;
  readonly cosineColumns: typeof cosineColumns;
  readonly writeSegments: typeof writeSegments;
  readonly sumOwnHistories: typeof sumOwnHistories;
  readonly meansOfItems: typeof meansOfItems;
  readonly buildBlock: (input: BlockInput) => BlockOutput;
  readonly packPriors: typeof packPriors;
};

export type TaskPool = {
  readonly threads: number;
  /** Runs the task on some thread. Rejects with what it throws. */
  readonly run: <Name extends keyof Tasks>(
    name: Name,
    input: Parameters<Tasks[Name]>[0],
  ) => Promise<ReturnType<Tasks[Name]>>;
};
