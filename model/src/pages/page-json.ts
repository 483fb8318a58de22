/** A laid-out page's carousels as UTF-8 of their JSON. Pure. */
import type { CopyBytes } from "../bytes.ts";
import type { PreparedContext } from "./candidate-carousels.ts";
import type { PlacedCarousel } from "./carousels.ts";
import { carouselsJson } from "./page-item.ts";
import type { PageMaterial } from "./page-material.ts";

export function renderPage(
  { itemJson }: Pick<PageMaterial, "itemJson">,
  { carousels }: Pick<PreparedContext, "carousels">,
  placed: readonly PlacedCarousel[],
  copyBytes?: CopyBytes,
): Uint8Array<ArrayBuffer> {
  const ranked = placed.map(({ carousel, rows }) => ({
    id: carousels[carousel]!.id,
    title: carousels[carousel]!.title,
    rows,
  }));
  return carouselsJson(ranked, itemJson, { copyBytes });
}
