/** The models that are compared, trained on the training users. */
import type { SparseVector } from "@spillway/model/profile/history-vector.ts";
import type { Histories } from "@spillway/model/profile/histories.ts";
import {
  addScores,
  modelFromColumns,
  type ItemModel,
  type ModelColumn,
} from "@spillway/model/scoring/item-model.ts";
import type { TrainingPlan } from "@spillway/model/trainers/choose-trainer.ts";
import { COSINE_SHRINKAGE, trainCosine } from "@spillway/model/trainers/cosine.ts";
import type { EaseSolution } from "@spillway/model/trainers/ease-solution.ts";
import { solveEase } from "@spillway/model/trainers/ease.ts";
import { planTraining, pruneEase, trainColumns } from "@spillway/model/trainers/train-columns.ts";
import { roundTo16Bits } from "@spillway/model/scoring/weights-of-16-bits.ts";
import type { TaskPool } from "@spillway/model/workers/task-pool.ts";
import type { Timed } from "./timing.ts";

/** Adds x · B to `scores`. */
export type Scorer = (x: SparseVector, scores: Float32Array) => void;

export type TrainedModels = {
  readonly knn: Scorer;
  /** With all weights; absent where it takes too long or too much, unless it was asked for. */
  readonly ease: Scorer | undefined;
  /** The one that the origin would serve. */
  readonly shipped: ItemModel;
  readonly plan: TrainingPlan;
  /** When EASE was trained, and before anything else was. */
  readonly peakRssMiB: number;
};

export type ModelTraining = {
  readonly items: number;
  /** EASE's λ. */
  readonly lambda: number;
  /** EASE is solved whole at any size. */
  readonly withEase: boolean;
  readonly pool: TaskPool;
  readonly timed: Timed;
  readonly onProgress: (step: string, done: number, total: number) => void;
};

/** The number of neighbours in the item–kNN row. */
const KNN_NEIGHBOURS = 100;

export async function trainModels(histories: Histories, training: ModelTraining): Promise<TrainedModels> {
  const { items, withEase, pool, timed, onProgress } = training;
  const plan = await planTraining("auto", histories, items, pool);
  const reference = plan.trainer === "ease" ? plan : await planTraining("ease", histories, items, pool);
  const solution =
    withEase || plan === reference
      ? await timed("ease", () => solve(reference, histories, training))
      : undefined;
  const options = { items, pool, regularization: training.lambda };
  const shipped = await timed(plan.trainer === "ease" ? "ease" : "shipped", () =>
    plan.trainer === "ease" && solution !== undefined
      ? pruneEase(solution, options)
      : trainColumns(plan, histories, {
          ...options,
          onProgress: (done, total) => onProgress(plan.trainer, done, total),
        }),
  );
  const peakRssMiB = process.resourceUsage().maxRSS / 1024;
  const ease = await solution?.scorer();
  const knn = await timed("knn", () =>
    trainCosine(histories, {
      items,
      shrinkage: COSINE_SHRINKAGE,
      perColumn: KNN_NEIGHBOURS,
      pool,
      onProgress: (done, total) => onProgress("item-kNN", done, total),
    }),
  );
  const modelOf = (columns: readonly ModelColumn[]): ItemModel =>
    modelFromColumns(
      Uint32Array.from({ length: items }, (_, row) => row),
      columns,
    );
  const served = modelOf(shipped);
  roundTo16Bits(served.weights);
  return {
    knn: scorerOf(modelOf(knn)),
    ease,
    shipped: served,
    plan,
    peakRssMiB,
  };
}

export function scorerOf(model: ItemModel): Scorer {
  return (x, scores) => addScores(model, x, 1, scores);
}

function solve(
  plan: TrainingPlan,
  histories: Histories,
  { items, lambda, pool, onProgress }: ModelTraining,
): Promise<EaseSolution> {
  return solveEase(histories, {
    items,
    form: plan.trainer === "ease" ? plan.form : "primal",
    regularization: lambda,
    pool,
    onPhase: (phase, done, total) => onProgress(`EASE, ${phase}`, done, total),
  });
}
