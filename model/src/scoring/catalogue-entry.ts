import type { Item } from "@spillway/shared/protocol/catalogue.ts";

/** One item of the catalogue with the number that histories and models know it by. */
export type CatalogueEntry = { readonly seq: number; readonly item: Item };
