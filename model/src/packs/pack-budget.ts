/** How much of the model fits into an isolate's memory beside the catalogue. Pure. */
import type { ItemModel } from "../scoring/item-model.ts";
import { keptWeights, modelPackBytes } from "./model-pack.ts";

/** For both packs together, in an isolate's memory. */
export const PACK_BYTES = 12_000_000;

/** Where it fits. A lab found 40 to 100 to be enough (DESIGN §13). */
export const WEIGHTS_PER_ROW = 100;

/** With fewer, a history says too little to be worth its memory. */
const LEAST_WEIGHTS_PER_ROW = 20;

/** A catalogue pack beyond it is not published: it would take a third of an isolate's memory in a swap. */
export const MAX_CATALOGUE_PACK_BYTES = 20_000_000;

export type PackBudget =
  | { readonly kind: "whole"; readonly weightsPerRow: number }
  /** Fewer weights a row than were asked for. */
  | { readonly kind: "fewer-weights"; readonly weightsPerRow: number }
  /** No model pack: only a page's candidates are ranked, by the cluster's scores. */
  | { readonly kind: "candidates-only" }
  /** Neither pack. */
  | { readonly kind: "none" };

/** `catalogueBytes`: what the catalogue pack takes. */
export function budgetPacks(
  model: Pick<ItemModel, "rowStarts">,
  catalogueBytes: number,
  weightsPerRow = WEIGHTS_PER_ROW,
  budgetBytes = PACK_BYTES,
): PackBudget {
  if (catalogueBytes > MAX_CATALOGUE_PACK_BYTES) return { kind: "none" };
  const rows = model.rowStarts.length - 1;
  const fits = (perRow: number): boolean =>
    catalogueBytes + modelPackBytes(rows, keptWeights(model, perRow)) <= budgetBytes;
  if (fits(weightsPerRow)) return { kind: "whole", weightsPerRow };
  let [least, most] = [LEAST_WEIGHTS_PER_ROW, weightsPerRow];
  if (least >= most || !fits(least)) return { kind: "candidates-only" };
  // `least` fits, `most` does not.
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return { kind: "fewer-weights", weightsPerRow: least };
}
