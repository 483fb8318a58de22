/** Trains the item–item model on an audience, or takes the one that was trained elsewhere. */
import type { Audience } from "../clusters/audience.ts";
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import type { TrainerSetting } from "./choose-trainer.ts";
import type { Plays } from "./gram.ts";
import { learnedPlays } from "./guard.ts";
import type { TrainingLimits } from "./plan-training.ts";
import { planTraining, trainColumns } from "./train-columns.ts";
import { countPlays } from "../profile/histories.ts";
import { columnsOf, type ItemModel, type ModelColumn } from "../scoring/item-model.ts";
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
  /** What training may take; what would take more is not chosen. */
  readonly limits?: TrainingLimits | undefined;
  /** Ends the training: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
};

/** The model, and the taste segments that follow from what it predicts. */
export async function train(
  audience: Audience,
  catalogue: readonly CatalogueEntry[],
  options: TrainOptions,
): Promise<Trained> {
  const { histories } = audience;
  const plays = countPlays(histories, catalogue.length);
  const { trainer, why, columns } = await columnsFor(learnedPlays(audience), catalogue.length, options);
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

async function columnsFor(
  plays: Plays,
  items: number,
  { trainer: setting, imported, pool, limits, signal, onProgress }: TrainOptions,
): Promise<Pick<Trained, "trainer" | "why"> & { readonly columns: readonly ModelColumn[] }> {
  if (imported !== undefined) {
    return { trainer: "imported", why: "a model was imported", columns: columnsOf(imported, items) };
  }
  const plan = await planTraining(setting, plays, items, pool, limits);
  const columns = await trainColumns(plan, plays, { items, pool, signal, onProgress });
  return { trainer: plan.trainer, why: plan.reason, columns };
}
