/** The models that are compared, trained on the training users. */
import type { Histories } from "@spillway/model/profile/histories.ts";
import { modelFromColumns, type ItemModel, type ModelColumn } from "@spillway/model/scoring/item-model.ts";
import {
  MAX_COLUMN_WEIGHTS,
  MAX_ROW_WEIGHTS,
  strongestOfSources,
} from "@spillway/model/scoring/strongest-weights.ts";
import { MAX_EASE_ITEMS } from "@spillway/model/trainers/choose-trainer.ts";
import { trainCosine } from "@spillway/model/trainers/cosine.ts";
import { trainEase } from "@spillway/model/trainers/ease.ts";
import { fitKept } from "@spillway/model/trainers/fit-kept.ts";
import { COSINE_SHRINKAGE } from "@spillway/model/trainers/train.ts";
import type { TaskPool } from "@spillway/model/workers/task-pool.ts";
import type { Timed } from "./timing.ts";

export type TrainedModels = {
  readonly knn: ItemModel;
  /** The model with all weights; absent where the catalogue is too large for EASE. */
  readonly ease: ItemModel | undefined;
  /** The one that the origin would serve: EASE's strongest weights, fitted again, or item–kNN. */
  readonly shipped: ItemModel;
  /** When EASE was trained, and before anything else was. */
  readonly peakRssMiB: number;
};

export type ModelTraining = {
  readonly items: number;
  /** EASE's λ. */
  readonly lambda: number;
  readonly pool: TaskPool;
  readonly timed: Timed;
  readonly onProgress: (step: string, done: number, total: number) => void;
};

/** The number of neighbours in the item–kNN row. */
const KNN_NEIGHBOURS = 100;

export async function trainModels(histories: Histories, training: ModelTraining): Promise<TrainedModels> {
  const { items, lambda, pool, timed, onProgress } = training;
  const itemSeqs = Uint32Array.from({ length: items }, (_, row) => row);
  const modelOf = (columns: readonly ModelColumn[]): ItemModel => modelFromColumns(itemSeqs, columns);
  const small = items <= MAX_EASE_ITEMS;
  const ease = small
    ? await timed("ease", () =>
        trainEase(histories, {
          items,
          regularization: lambda,
          perColumn: items,
          pool,
          onProgress: (done, total) => onProgress("EASE", done, total),
        }),
      )
    : undefined;
  const peakRssMiB = process.resourceUsage().maxRSS / 1024;
  const knn = await timed("knn", () =>
    trainCosine(histories, {
      items,
      shrinkage: COSINE_SHRINKAGE,
      perColumn: small ? KNN_NEIGHBOURS : MAX_COLUMN_WEIGHTS,
      pool,
      onProgress: (done, total) => onProgress("item-kNN", done, total),
    }),
  );
  const knnModel = modelOf(knn);
  const fitted =
    ease &&
    (await timed("ease", () =>
      fitKept(histories, strongestOfSources(ease.map(strongestOf), MAX_ROW_WEIGHTS), {
        items,
        regularization: lambda,
        pool,
      }),
    ));
  return {
    knn: knnModel,
    ease: ease && modelOf(ease),
    shipped: fitted === undefined ? knnModel : modelOf(fitted),
    peakRssMiB,
  };
}

/** The strongest come first in a column. */
function strongestOf({ sources, weights }: ModelColumn): ModelColumn {
  return {
    sources: sources.slice(0, MAX_COLUMN_WEIGHTS),
    weights: weights.slice(0, MAX_COLUMN_WEIGHTS),
  };
}
