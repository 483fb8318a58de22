// @ts-check
/** Which item a page shows large. Pure. */
/** @import { Carousel, Item, Page } from "./page.js" */
import { badgeOf } from "./labels.js";

/** @typedef {{ readonly item: Item, readonly carousel: Carousel, readonly position: number }} Featured */
/**
 * @typedef {{ readonly nowMs: number | undefined, readonly isKnown: boolean }} Viewing `nowMs` is the
 * content's clock; `isKnown`: the page was made for its viewer alone
 */

const TONIGHT_MS = 12 * 3_600_000;

/**
 * The page's first item; for a stranger, of whom nobody knows more than the hour, the first match that is
 * live or begins tonight. Undefined for a page without items.
 * @param {Page} page
 * @param {Viewing} viewing
 * @returns {Featured | undefined}
 */
export function featuredOn({ carousels }, { nowMs, isKnown }) {
  const places = carousels.flatMap((carousel) =>
    carousel.items.map((item, position) => ({ item, carousel, position })),
  );
  const match = isKnown ? undefined : places.find(({ item }) => isTonight(item, nowMs));
  return match ?? places[0];
}

/**
 * @param {Item} item
 * @param {number | undefined} nowMs
 */
function isTonight(item, nowMs) {
  const { kind, startsAtMs } = item;
  if (kind !== "match" || startsAtMs === undefined || nowMs === undefined) return false;
  return startsAtMs <= nowMs ? badgeOf(item, nowMs)?.tone === "live" : startsAtMs - nowMs <= TONIGHT_MS;
}
