// @ts-check
/** Pages side by side: a row for each carousel, wherever it stands on them. Pure. */
/**
 * @import { ComparedCarousel, ComparedItem, ComparedPage } from "@spillway/shared/clusters/compared-pages.ts"
 */

/**
 * @typedef {{ id: string, cells: readonly ({ position: number,
 *   carousel: ComparedCarousel } | undefined)[] }} Row
 *   A cell for each page; positions count from 1.
 */

/**
 * In the order of the first page; what that has not follows in the order of the others.
 * @param {readonly ComparedPage[]} pages
 * @returns {readonly Row[]}
 */
export function alignedCarousels(pages) {
  const cells = pages.map(
    ({ carousels }) =>
      new Map(carousels.map((carousel, at) => [carousel.id, { position: at + 1, carousel }])),
  );
  const ids = new Set(pages.flatMap(({ carousels }) => carousels.map(({ id }) => id)));
  return [...ids].map((id) => ({ id, cells: cells.map((ofPage) => ofPage.get(id)) }));
}

/** Whether a title is on none of the other pages. @param {ComparedItem} item */
export function isOnlyHere({ beside }) {
  const places = Object.values(beside);
  return places.length > 0 && places.every((place) => place === null);
}

/** @param {ComparedPage} page */
export function titlesOf({ carousels }) {
  const items = carousels.flatMap((carousel) => carousel.items);
  return { all: items.length, onlyHere: items.filter(isOnlyHere).length };
}
