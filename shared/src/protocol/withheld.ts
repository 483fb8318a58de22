/**
 * Takes out of carousels what may not be shown: to anybody any more, or to this audience. Pages and packs are
 * minutes old; what has changed since stands in the document `editorial`, which goes before them. Pure.
 */
import type { Carousel, PageItem } from "./page.ts";
import {
  isRestricted,
  mayBeShownTo,
  restrictionOf,
  type Audience,
  type Restriction,
} from "./restrictions.ts";

export type Withheld = {
  /** The ids of items that must not be shown any more. */
  readonly hidden: ReadonlySet<string>;
  /** Restrictions by item id, where they have changed since pages and packs were made. */
  readonly restricted: ReadonlyMap<string, Restriction>;
};

export const NOTHING_WITHHELD: Withheld = { hidden: new Set(), restricted: new Map() };

/**
 * The carousels without what may not be shown, and without those of which nothing is left. They are the same
 * object where all may be shown.
 */
export function shownTo(
  carousels: readonly Carousel[],
  withheld: Withheld,
  audience: Audience,
): readonly Carousel[] {
  const isShown = (item: PageItem): boolean => isShownTo(item, withheld, audience);
  if (carousels.every(({ items }) => items.length > 0 && items.every(isShown))) return carousels;
  return carousels
    .map((carousel) => ({ ...carousel, items: carousel.items.filter(isShown) }))
    .filter(({ items }) => items.length > 0);
}

export function isShownTo(
  item: Restriction & { readonly id: string },
  { hidden, restricted }: Withheld,
  audience: Audience,
): boolean {
  return !hidden.has(item.id) && mayBeShownTo(restricted.get(item.id) ?? item, audience);
}

/** The different restrictions among these items; none where all are for everybody. */
export function restrictionsAmong(items: Iterable<Restriction>): readonly Restriction[] {
  const found = new Map<string, Restriction>();
  for (const item of items) {
    if (!isRestricted(item)) continue;
    const restriction = restrictionOf(item);
    found.set(JSON.stringify(restriction), restriction);
  }
  return [...found.values()];
}
