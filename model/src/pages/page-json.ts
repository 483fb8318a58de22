/** A laid-out page's carousels as UTF-8 of their JSON. Pure. */
import type { PlacedShelf } from "./carousels.ts";
import { carouselsJson } from "./page-item.ts";
import type { PreparedContext } from "./candidate-carousels.ts";
import type { PageMaterial } from "./page-material.ts";

export function renderPage(
  { itemJson }: PageMaterial,
  { shelves }: PreparedContext,
  placed: readonly PlacedShelf[],
): Buffer {
  const carousels = placed.map(({ shelf, rows }) => ({
    id: shelves[shelf]!.id,
    title: shelves[shelf]!.title,
    rows,
  }));
  return carouselsJson(carousels, itemJson);
}
