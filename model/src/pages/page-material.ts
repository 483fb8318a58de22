/** What every page of a cycle is made of, on memory that all threads share. */
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { PageShape } from "./carousels.ts";
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import { toPageItem, type ItemTexts } from "./page-item.ts";
import { contextsAt, type PreparedContext, type CandidateCarousel } from "./candidate-carousels.ts";
import { nextOfPlan, planCarousels } from "./carousel-plan.ts";
import { sharedArray, toShared } from "../workers/shared-memory.ts";

export type PageMaterial = {
  readonly shape: PageShape;
  /** By row. */
  readonly itemSeqs: Uint32Array;
  readonly itemJson: ItemTexts;
  /** The contexts in the order of PAGE_CONTEXTS, over one table of carousels. */
  readonly contexts: readonly PreparedContext[];
  /**
   * For the instants from this one until that, by the content's clock, all but the freshness factors is the
   * same.
   */
  readonly fromMs: number;
  readonly untilMs: number;
};

/** `nowMs` is the content's clock. */
export function preparePages(
  catalogue: readonly CatalogueEntry[],
  nowMs: number,
  shape: PageShape,
): PageMaterial {
  const items = catalogue.map(({ item }) => item);
  const plan = planCarousels(PAGE_CONTEXTS, items);
  const contexts = contextsAt(plan, nowMs);
  const { factors, matches, genres, table } = contexts[0]!;
  const rows = new Map(table.rows.map((own) => [own, toShared(own)]));
  const carousels = new Map<CandidateCarousel, CandidateCarousel>();
  const shared = (carousel: CandidateCarousel): CandidateCarousel => {
    const known = carousels.get(carousel) ?? { ...carousel, rows: rows.get(carousel.rows)! };
    carousels.set(carousel, known);
    return known;
  };
  const common = {
    factors: toShared(factors),
    matches: toShared(matches),
    genres: toShared(genres),
    table: {
      starts: toShared(table.starts),
      carousels: toShared(table.carousels),
      standing: toShared(table.standing),
      rows: [...rows.values()],
    },
  };
  return {
    shape,
    itemSeqs: toShared(Uint32Array.from(catalogue, ({ seq }) => seq)),
    itemJson: packJson(items.map((item) => JSON.stringify(toPageItem(item)))),
    contexts: contexts.map((context) => ({
      ...context,
      ...common,
      carousels: context.carousels.map(shared),
    })),
    fromMs: nowMs,
    untilMs: nextOfPlan(plan, nowMs),
  };
}

export function jsonOfItem({ itemJson: { starts, bytes } }: PageMaterial, row: number): Uint8Array {
  return bytes.subarray(starts[row], starts[row + 1]);
}

/** Returns the key of each carousel, by its number in the contexts' table. */
export function carouselKeys({ contexts }: PageMaterial): string[] {
  const keys: string[] = [];
  for (const { carousels, numbers } of contexts) {
    carousels.forEach(({ key }, at) => (keys[numbers[at]!] = key));
  }
  return keys;
}

export function factorsOf({ contexts }: PageMaterial): Float32Array {
  return contexts[0]!.factors;
}

export function withFactors(material: PageMaterial, factors: Float32Array): PageMaterial {
  return { ...material, contexts: material.contexts.map((context) => ({ ...context, factors })) };
}

function packJson(texts: readonly string[]): ItemTexts {
  const encoder = new TextEncoder();
  const parts = texts.map((text) => encoder.encode(text));
  const starts = sharedArray(Uint32Array, parts.length + 1);
  parts.forEach((part, row) => (starts[row + 1] = starts[row]! + part.length));
  const bytes = sharedArray(Uint8Array, starts[parts.length]!);
  parts.forEach((part, row) => bytes.set(part, starts[row]));
  return { starts, bytes };
}
