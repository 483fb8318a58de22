/** Trains the item–item model on an audience, or takes the one that was trained elsewhere. */
import type { Audience } from "../clusters/audience.ts";
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import { chooseTrainer, type TrainerSetting } from "./choose-trainer.ts";
import { trainCosine } from "./cosine.ts";
import { trainEase } from "./ease.ts";
import { fitKept } from "./fit-kept.ts";
import { countPlays, type Histories } from "../profile/histories.ts";
import { columnsOf, type ItemModel } from "../scoring/item-model.ts";
import { MAX_COLUMN_WEIGHTS, MAX_ROW_WEIGHTS, strongestOfSources } from "../scoring/strongest-weights.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { tasteFor, type Taste, type TasteOptions } from "../clusters/taste.ts";
import { affinitiesOf } from "../profile/profile-signals.ts";
import { extendModel } from "../scoring/extend-model.ts";
import type { Trained } from "../clusters/learned.ts";

export type TrainOptions = Pick<TasteOptions, "maxSegments" | "minMembers"> & {
  readonly trainer: TrainerSetting;
  /** The model that was trained elsewhere, taken as it is. Its items must be the first of the catalogue. */
  readonly imported?: ItemModel | undefined;
  /** The taste segments of the last training; they stay if they still fit. */
  readonly previousTaste?: Taste | undefined;
  readonly seed: number;
  readonly pool: TaskPool;
  readonly onProgress?: (done: number, total: number) => void;
};

/** The λ that was best on MovieLens 1M, and the usual one for EASE at that size. */
export const EASE_REGULARIZATION = 300;
export const COSINE_SHRINKAGE = 20;

/** The model, and the taste segments that follow from what it predicts. */
export async function train(
  audience: Audience,
  catalogue: readonly CatalogueEntry[],
  options: TrainOptions,
): Promise<Trained> {
  const { histories } = audience;
  const plays = countPlays(histories, catalogue.length);
  const { trainer, why, columns } = await trainColumns(histories, catalogue.length, options);
  const model = extendModel(catalogue, { columns, plays });
  const labels = catalogue.map(({ item }) => affinitiesOf(item));
  const taste = tasteFor(
    model,
    histories,
    { ...options, draw: seededRandom(options.seed), labelsOf: (row) => labels[row] ?? [] },
    options.previousTaste,
  );
  return { trainer, why, itemSeqs: model.itemSeqs, plays, columns, taste };
}

async function trainColumns(
  histories: Histories,
  items: number,
  { trainer: setting, imported, pool, onProgress }: TrainOptions,
): Promise<Pick<Trained, "trainer" | "why" | "columns">> {
  if (imported !== undefined) {
    return { trainer: "imported", why: "a model was imported", columns: columnsOf(imported, items) };
  }
  const { trainer, reason } = chooseTrainer(setting, items);
  const shared = { items, perColumn: MAX_COLUMN_WEIGHTS, pool, ...(onProgress && { onProgress }) };
  const columns =
    trainer === "ease"
      ? await fitKept(
          histories,
          strongestOfSources(
            await trainEase(histories, { ...shared, regularization: EASE_REGULARIZATION }),
            MAX_ROW_WEIGHTS,
          ),
          { items, pool, regularization: EASE_REGULARIZATION },
        )
      : await trainCosine(histories, { ...shared, shrinkage: COSINE_SHRINKAGE });
  return { trainer, why: reason, columns };
}
