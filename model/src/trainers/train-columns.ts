/** Trains the item–item model as it ships: planned by its cost, pruned, and fitted again. */
import type { ModelColumn } from "../scoring/item-model.ts";
import {
  MAX_COLUMN_WEIGHTS,
  MAX_COSINE_ROW_WEIGHTS,
  strongestOfSources,
} from "../scoring/strongest-weights.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { chooseTrainer, type TrainerSetting, type TrainingPlan } from "./choose-trainer.ts";
import { chooseSources } from "./choose-sources.ts";
import { COSINE_SHRINKAGE, trainCosine } from "./cosine.ts";
import type { EaseSolution } from "./ease-solution.ts";
import { trainWithHead } from "./ease-head.ts";
import { solveEase } from "./ease.ts";
import { fitKept, type FitOptions } from "./fit-kept.ts";
import type { Plays } from "./gram.ts";
import { trainingProgress } from "./training-progress.ts";
import { DEFAULT_LIMITS, sizeOf, type TrainingLimits } from "./plan-training.ts";

/** The λ that was best on MovieLens 1M, and the usual one for EASE at that size. */
export const EASE_REGULARIZATION = 300;

export type TrainColumnsOptions = {
  readonly items: number;
  readonly pool: TaskPool;
  /** EASE's λ, in users. */
  readonly regularization?: number;
  /** Ends the work early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** In parts of the time that the plan expects. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
};

/** Measures the machine, and plans. */
export async function planTraining(
  setting: TrainerSetting,
  plays: Plays,
  items: number,
  pool: TaskPool,
  limits: TrainingLimits = DEFAULT_LIMITS,
): Promise<TrainingPlan> {
  const speed = await pool.run("calibrate", undefined);
  return chooseTrainer(setting, sizeOf(plays, items), { threads: pool.threads, speed, limits });
}

/** By row of the catalogue. */
export async function trainColumns(
  plan: TrainingPlan,
  plays: Plays,
  options: TrainColumnsOptions,
): Promise<ModelColumn[]> {
  const { items, pool, onProgress, signal } = options;
  if (items === 0) return [];
  if (plan.trainer === "cosine") {
    const columns = await trainCosine(plays, {
      items,
      shrinkage: COSINE_SHRINKAGE,
      perColumn: MAX_COLUMN_WEIGHTS,
      pool,
      signal,
      ...(onProgress && { onProgress }),
    });
    return strongestOfSources(columns, MAX_COSINE_ROW_WEIGHTS);
  }
  const onPhase = onProgress && trainingProgress(plan.cost, onProgress);
  const common = {
    items,
    pool,
    signal,
    regularization: options.regularization ?? EASE_REGULARIZATION,
    retry: plan.retry,
    onPhase,
  };
  if (plan.trainer === "ease") {
    return pruneEase(await solveEase(plays, { ...common, form: plan.form }), common);
  }
  const solveHead = async (own: Plays) => {
    const solution = await solveEase(own, { ...common, items: plan.head, form: "primal" });
    return { columns: await pruneEase(solution, common), counts: await solution.counts() };
  };
  return trainWithHead(plays, items, plan.head, solveHead, common);
}

/** The weights of EASE that ship, fitted again. */
export async function pruneEase(solution: EaseSolution, options: FitOptions): Promise<ModelColumn[]> {
  const kept = await chooseSources(solution, options);
  options.signal?.throwIfAborted();
  return fitKept(solution.players, await solution.counts(), kept, options);
}
