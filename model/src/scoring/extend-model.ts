/** The model for today's catalogue. Pure. */
import type { CatalogueEntry } from "./catalogue-entry.ts";
import { withColdItems } from "./cold-items.ts";
import { modelFromColumns, type ItemModel } from "./item-model.ts";
import { roundTo16Bits } from "./weights-of-16-bits.ts";
import type { Trained } from "../clusters/learned.ts";

/**
 * The weights as trained, rounded to 16 bits, with content similarity for items that are new or rarely
 * played. `catalogue` must begin with the items that the model was trained on.
 */
export function extendModel(
  catalogue: readonly CatalogueEntry[],
  trained: Pick<Trained, "columns" | "plays">,
): ItemModel {
  const plays = new Uint32Array(catalogue.length);
  plays.set(trained.plays.subarray(0, catalogue.length));
  const columns = withColdItems(
    catalogue.map(({ item }) => item),
    plays,
    trained.columns,
  );
  const model = modelFromColumns(
    Uint32Array.from(catalogue, ({ seq }) => seq),
    columns,
  );
  roundTo16Bits(model.weights);
  return model;
}
