/**
 * What a cycle's pages and packs stand on, so that the next one knows, without looking at any title, that
 * nothing is to be built or written.
 */
import { carouselKeys, preparePages, type PageMaterial } from "@spillway/model/pages/page-material.ts";
import type { PageShape } from "@spillway/model/pages/carousels.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { PackReport } from "../publish/publish-packs.ts";

export type Standing = {
  /** The very array: another one holds other items (store/catalogue/items.ts). */
  readonly catalogue: readonly CatalogueEntry[];
  readonly material: PageMaterial;
  readonly carouselKeys: readonly string[];
  /** The first day of the engagement that the pages' lifts are of. */
  readonly engagedFromDay: number | undefined;
  /** What stands in KV, once a cycle has published. */
  settled: Settled | undefined;
};

export type Settled = {
  /** The index, as KV has it. */
  readonly index: string;
  /** store/pages/published.ts */
  readonly publishedMark: string;
  /**
   * When a page of a retired cluster is to be deleted, by the real clock; 0 where something is to be written.
   */
  readonly untilMs: number;
  /** What the catalogue's pack is of, and its day by the content's clock. */
  readonly catalogue: readonly CatalogueEntry[];
  readonly day: number;
  readonly packs: PackReport;
};

/**
 * What pages are made of at this instant: that of the last cycle, where all but freshness is still the same.
 */
export function materialFor(
  before: Standing | undefined,
  catalogue: readonly CatalogueEntry[],
  contentNowMs: number,
  shape: PageShape,
): Pick<Standing, "material" | "carouselKeys"> {
  if (before !== undefined && stillHolds(before, catalogue, contentNowMs)) return before;
  const material = preparePages(catalogue, contentNowMs, shape);
  return { material, carouselKeys: carouselKeys(material) };
}

function stillHolds(
  { catalogue, material }: Standing,
  now: readonly CatalogueEntry[],
  contentNowMs: number,
): boolean {
  return catalogue === now && contentNowMs >= material.fromMs && contentNowMs < material.untilMs;
}
