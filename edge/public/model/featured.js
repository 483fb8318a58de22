// @ts-check
/** Which item a page shows large. Pure. */
/** @import { Carousel, Item, Page } from "./page.js" */

/** @typedef {{ readonly item: Item, readonly carousel: Carousel, readonly position: number }} Featured */

/** Who has one of these has a history. */
const OF_A_HISTORY = new Set(["again", "continue"]);
const TONIGHT_MS = 12 * 3_600_000;

/**
 * The page's first item; for a stranger, of whom nobody knows more than the hour, the first match that is live
 * or begins tonight. Undefined for a page without items.
 * @param {Page} page
 * @param {number | undefined} nowMs the content's clock
 * @returns {Featured | undefined}
 */
export function featuredOn({ carousels }, nowMs) {
  const places = carousels.flatMap((carousel) =>
    carousel.items.map((item, position) => ({ item, carousel, position })),
  );
  const isStranger = !carousels.some(({ id }) => OF_A_HISTORY.has(id));
  const match = isStranger ? places.find(({ item }) => isTonight(item, nowMs)) : undefined;
  return match ?? places[0];
}

/**
 * @param {Item} item
 * @param {number | undefined} nowMs
 */
function isTonight({ kind, startsAtMs, endsAtMs }, nowMs) {
  if (kind !== "match" || startsAtMs === undefined || nowMs === undefined) return false;
  return startsAtMs <= nowMs ? nowMs < (endsAtMs ?? 0) : startsAtMs - nowMs <= TONIGHT_MS;
}
