/** What `pnpm bench precompute` measures, and what it was asked for. */
import type { PackFacts } from "./pack-facts.ts";
import type { ViewerMapWriting } from "./viewer-map-facts.ts";
import type { TrainerSetting } from "@spillway/model/trainers/choose-trainer.ts";
import type { CycleStage } from "@spillway/origin/pipeline/process/cycle-report.ts";

export const DAY_S = 24 * 3600;
/** REFRESH_CADENCE_S of the origin when nobody sets it. */
export const CADENCE_S = 60;

export type PrecomputeOptions = {
  readonly users: number;
  readonly items: number;
  /** Leaves of the tree, at most. */
  readonly clusters: number;
  readonly seed: number;
  readonly trainer: TrainerSetting;
  /** A folder in which seeded stores are kept; by default none are. */
  readonly seeds?: string;
};

/** One size of the curve. Cycles without their training, as everywhere here. */
export type CurvePoint = {
  readonly users: number;
  readonly clusters: number;
  readonly trainer: string;
  readonly trainS: number;
  readonly fullCycleS: number;
  /** The products of all clusters in plain JavaScript on one thread. */
  readonly baselineS: number;
  /** Processor time of all threads, without the training; and of the baseline. */
  readonly fullCycleCpuS: number;
  readonly baselineCpuS: number;
  readonly threads: number;
  readonly nothingChangedS: number;
  readonly onePercentMovedS: number;
  readonly movedUsers: number;
  readonly stages: Stages;
  readonly movedStages: Stages;
  readonly clustersRenewed: number;
  readonly movedPagesWritten: number;
  /** The highest while the cycle ran after 1 % had moved. */
  readonly movedPeakRssMiB: number;
  /** The highest of the whole, training too. */
  readonly peakRssMiB: number;
};

/** `train` stands apart. */
export type Stages = Readonly<Record<Exclude<CycleStage, "train">, number>>;

export type Change = {
  readonly seconds: number;
  readonly pagesWritten: number;
  /** Of the two packs and the document that names them. */
  readonly packsWritten: number;
};

/**
 * A cycle after some of the histories have moved (each of these users played something new), and the clock.
 */
export type Steady = Change & {
  readonly movedUsers: number;
  readonly clockForwardS: number;
  /** The share of all pages that was written. */
  readonly pagesShare: number;
  /** Those that stay although they would be laid out otherwise today, since they would hardly be better. */
  readonly pagesKept: number;
};

export type Measurement = {
  /** Everything but the training: folding, reading, tree, products, pages, hashing, publishing. */
  readonly fullCycleS: number;
  readonly stages: Stages;
  readonly trainS: number;
  /** Processor seconds of all threads, training too. */
  readonly cpuS: Readonly<Record<CycleStage, number>>;
  readonly trainer: string;
  readonly clusters: number;
  readonly pages: number;
  readonly pagesWritten: number;
  readonly pageBytes: number;
  /** `baseline.productsS`. */
  readonly baselineS: number;
  /** The whole of a cycle after which nothing is otherwise. */
  readonly nothingChangedS: number;
  /** `steadyDay.seconds`. */
  readonly onePercentMovedS: number;
  readonly unchangedCycleS: number;
  readonly unchangedPagesWritten: number;
  /** The slower of two changes of the item that has the median plays of those on pages. */
  readonly oneItemChangeS: number;
  /** The same for the most played item, which is the worst case: it stands on a third of all pages. */
  readonly mostPlayedItemChangeS: number;
  readonly takedown: Change;
  readonly titleEdit: Change;
  readonly mostPlayedTakedown: Change;
  readonly mostPlayedTitleEdit: Change;
  /** 1 % of the histories have moved since the last cycle, and the clock stands still. */
  readonly steadyDay: Steady;
  /** As many users move as in an hour, or in one cadence; the clock moves on too. */
  readonly steadyHour: Steady;
  readonly steadyCadence: Steady;
  readonly packs: PackFacts;
  /** The whole viewer map, and what an hour later had changed in it. */
  readonly viewersFirst: ViewerMapWriting;
  readonly viewersSteadyHour: ViewerMapWriting;
  /** The highest of the whole, with the store in KV's place. */
  readonly peakRssMiB: number;
  readonly fullCyclePeakRssMiB: number;
  readonly baseline: Baseline;
};

/** Reading and products in plain JavaScript on one thread: a slice of them, scaled to the whole. */
export type Baseline = {
  readonly readS: number;
  readonly productsS: number;
  /** The same in processor time, which others on the machine hardly change. */
  readonly productsCpuS: number;
  readonly sliceUsers: number;
  readonly sliceClusters: number;
  /** Baseline over what the cycle took. */
  readonly readRatio: number;
  readonly productsRatio: number;
};

/** What the measuring process is asked for. */
export type Measured = { readonly whole: Measurement; readonly curve: CurvePoint };
