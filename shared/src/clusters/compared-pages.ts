/**
 * A cluster's page beside its parent's and the generic one: where each carousel and title of one stands on
 * the others. Pure.
 */
import type { Carousel } from "../protocol/page.ts";
import type { ListedCluster } from "./listed-clusters.ts";

/** Whose page it is, seen from the cluster. */
export const PAGE_WHOSE = ["own", "parent", "generic"] as const;
export type PageWhose = (typeof PAGE_WHOSE)[number];

/** Positions count from 1. */
export type ItemPlace = { readonly carousel: string; readonly position: number };

export type ComparedItem = {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  /** Where it stands on the other pages; null where it does not. */
  readonly beside: Partial<Record<PageWhose, ItemPlace | null>>;
};

export type ComparedCarousel = {
  readonly id: string;
  readonly title: string;
  /** The position of the carousel with the same id on the other pages; null where there is none. */
  readonly beside: Partial<Record<PageWhose, number | null>>;
  readonly items: readonly ComparedItem[];
};

export type ComparedPage = {
  readonly whose: PageWhose;
  readonly cluster: string;
  readonly definition: string;
  /** Null where no page is stored. */
  readonly page: { readonly generation: number; readonly changedAt: string } | null;
  readonly carousels: readonly ComparedCarousel[];
};

export type ShownCluster = {
  readonly at: string;
  readonly context: string;
  /** The contexts that pages are built for. */
  readonly contexts: readonly string[];
  readonly cluster: ListedCluster;
  /** From the root to the cluster itself. */
  readonly path: readonly Pick<ListedCluster, "id" | "definition" | "members" | "gain">[];
  /** Pages in the last 60 minutes and 24 hours, of all clusters. */
  readonly allPages: { readonly hour: number; readonly day: number };
  /** Whose page is served while the cluster has none; null where none of its ancestors has one either. */
  readonly standsIn: string | null;
  /** Its own first. The parent is left out where it is everybody, and both are for the root. */
  readonly pages: readonly ComparedPage[];
};

export type PageToCompare = Omit<ComparedPage, "carousels"> & { readonly carousels: readonly Carousel[] };

export function comparePages(pages: readonly PageToCompare[]): ComparedPage[] {
  // A page that is not stored differs in nothing.
  const known = pages.filter(({ page }) => page !== null).map((page) => ({ page, places: placesOn(page) }));
  return pages.map((page) => {
    const others = known.filter((other) => other.page !== page);
    const beside = <Place>(of: (other: (typeof known)[number]) => Place | undefined) =>
      Object.fromEntries(others.map((other) => [other.page.whose, of(other) ?? null]));
    return {
      ...page,
      carousels: page.carousels.map(({ id, title, items }) => ({
        id,
        title,
        beside: beside(({ places }) => places.carousels.get(id)),
        items: items.map((item) => ({
          id: item.id,
          title: item.title,
          kind: item.kind,
          beside: beside(({ places }) => places.items.get(item.id)),
        })),
      })),
    };
  });
}

function placesOn({ carousels }: PageToCompare) {
  return {
    carousels: new Map(carousels.map(({ id }, at) => [id, at + 1])),
    items: new Map(
      carousels.flatMap(({ id: carousel, items }) =>
        items.map(({ id }, at): [string, ItemPlace] => [id, { carousel, position: at + 1 }]),
      ),
    ),
  };
}

/** How a title of the cluster's page differs, or of another page from it; undefined where it does not. */
export type Difference =
  | { readonly kind: "absent"; readonly from: readonly PageWhose[] }
  | { readonly kind: "moved"; readonly from: PageWhose; readonly place: ItemPlace };

/** Seen from a title: first where it is absent, then where it stands elsewhere, the parent's page first. */
export function differenceOf(
  { beside }: Pick<ComparedItem, "beside">,
  here: ItemPlace,
): Difference | undefined {
  const others = PAGE_WHOSE.filter((whose) => beside[whose] !== undefined);
  const from = others.filter((whose) => beside[whose] === null);
  if (from.length > 0) return { kind: "absent", from };
  for (const whose of others) {
    const place = beside[whose];
    if (place != null && (place.carousel !== here.carousel || place.position !== here.position))
      return { kind: "moved", from: whose, place };
  }
  return undefined;
}
