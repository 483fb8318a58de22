/**
 * Whether a full cycle trains the model anew. Training is the expensive part, and a model ages more slowly
 * than clusters. Pure.
 */
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import type { ItemModel } from "../scoring/item-model.ts";
import { beginsWith } from "../pages/refresh-state.ts";
import type { Trained } from "../clusters/learned.ts";

export const DEFAULT_TRAIN_CADENCE_MS = 15 * 60 * 1000;

export type TrainQuestion = {
  readonly last: { readonly learned: Trained; readonly trainedMs: number } | undefined;
  /** The model that was trained elsewhere and imported; it is preferred to any that is trained here. */
  readonly imported: ItemModel | undefined;
  readonly catalogue: readonly CatalogueEntry[];
  readonly nowMs: number;
  readonly cadenceMs: number;
};

export type TrainDecision = { readonly reason: string } & (
  | { readonly due: true; readonly imported: ItemModel | undefined }
  | { readonly due: false; readonly trained: Trained; readonly trainedMs: number }
);

export function trainIfDue({ last, imported, catalogue, nowMs, cadenceMs }: TrainQuestion): TrainDecision {
  if (imported !== undefined && beginsWith(catalogue, imported.itemSeqs)) {
    return { due: true, reason: "taken as it was imported", imported };
  }
  if (imported !== undefined) return anew("trained, since the imported model is for another catalogue");
  if (last === undefined) return anew("trained, since this process has no model yet");
  const { learned: trained, trainedMs } = last;
  if (trained.trainer === "imported") return anew("trained, since no model is imported any more");
  if (!beginsWith(catalogue, trained.itemSeqs)) return anew("trained, since the catalogue is another");
  const ageS = Math.round((nowMs - trainedMs) / 1000);
  if (nowMs - trainedMs >= cadenceMs) return anew(`trained, since the model was ${ageS} s old`);
  return { due: false, reason: `kept, being ${ageS} s old`, trained, trainedMs };
}

function anew(reason: string): TrainDecision {
  return { due: true, reason, imported: undefined };
}
