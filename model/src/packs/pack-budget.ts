/** How much of the model fits into an isolate's memory beside the catalogue. Pure. */
import type { ItemModel } from "../scoring/item-model.ts";
import { MAX_ROW_WEIGHTS } from "../scoring/strongest-weights.ts";
import { keptWeights, modelPackBytes } from "./model-pack.ts";

/** For both packs together, in an isolate's memory. */
export const PACK_BYTES = 12_000_000;

/** Steps of so many, so that a few more items do not make another model pack. */
const STEP = 5;

/**
 * Where it fits: all that EASE keeps out of an item (docs/benchmarks.md#what-the-edge-holds-of-the-model).
 */
export const WEIGHTS_PER_ROW = MAX_ROW_WEIGHTS;

/** With fewer, a history says too little to be worth its memory. */
const LEAST_WEIGHTS_PER_ROW = 20;

/**
 * A catalogue that takes more has no packs: two of them, while they are swapped, are a third of an isolate.
 */
const MAX_CATALOGUE_BYTES = 20_000_000;

export type PackBudget =
  | { readonly kind: "whole"; readonly weightsPerRow: number }
  /** Fewer weights a row than were asked for. */
  | { readonly kind: "fewer-weights"; readonly weightsPerRow: number }
  /** No model pack: only a page's candidates are ranked, by the cluster's scores. */
  | { readonly kind: "candidates-only" }
  /** Neither pack. */
  | { readonly kind: "none" };

/** `catalogueBytes`: the most memory that the catalogue pack takes. */
export function budgetPacks(
  model: Pick<ItemModel, "rowStarts">,
  catalogueBytes: number,
  weightsPerRow = WEIGHTS_PER_ROW,
  budgetBytes = PACK_BYTES,
): PackBudget {
  if (catalogueBytes > MAX_CATALOGUE_BYTES) return { kind: "none" };
  const rows = model.rowStarts.length - 1;
  const fits = (perRow: number): boolean =>
    catalogueBytes + modelPackBytes(rows, keptWeights(model, perRow)) <= budgetBytes;
  if (fits(weightsPerRow)) return { kind: "whole", weightsPerRow };
  for (
    let fewer = weightsPerRow - (weightsPerRow % STEP || STEP);
    fewer >= LEAST_WEIGHTS_PER_ROW;
    fewer -= STEP
  ) {
    if (fits(fewer)) return { kind: "fewer-weights", weightsPerRow: fewer };
  }
  return { kind: "candidates-only" };
}
