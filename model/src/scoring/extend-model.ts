/** The model for today's catalogue. Pure. */
import type { CatalogueRow } from "./catalogue-row.ts";
import { withColdItems } from "./cold-items.ts";
import { modelFromColumns, type ItemModel } from "./item-model.ts";
import type { Trained } from "../clusters/learned.ts";

/** Weights as trained, content similarity for what is new or rarely played. Rows trained on must be the first of `catalogue`. */
export function extendModel(
  catalogue: readonly CatalogueRow[],
  trained: Pick<Trained, "columns" | "plays">,
): ItemModel {
  const plays = new Uint32Array(catalogue.length);
  plays.set(trained.plays.subarray(0, catalogue.length));
  const columns = withColdItems(
    catalogue.map(({ item }) => item),
    plays,
    trained.columns,
  );
  return modelFromColumns(
    Uint32Array.from(catalogue, ({ seq }) => seq),
    columns,
  );
}
