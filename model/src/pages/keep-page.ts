/**
 * Whether the page that is published may stay, though the newest scores would lay it out a little
 * differently. A rewrite costs a KV write and every edge's copy, and gains nothing where the old page is as
 * good. Pure.
 */
import { pageUtility, type PageShape, type PlacedCarousel } from "./carousels.ts";
import type { PreparedContext } from "./candidate-carousels.ts";

/** An old page stays if it lacks at most this share of the new page's utility. */
export const KEEP_UTILITY_SHARE = 0.01;

/** An older page is rewritten as soon as it differs, so that small losses do not add up. */
export const KEEP_MAX_AGE_MS = 6 * 3600 * 1000;

export type Comparison = {
  /** What may still be shown of the page that stands; `whole` says whether that is all of it. */
  readonly old: readonly PlacedCarousel[];
  readonly whole: boolean;
  readonly shape: PageShape;
  readonly ageMs: number;
  readonly placed: readonly PlacedCarousel[];
  readonly worth: Float32Array;
  /** 1 where the item, or where it may be shown, has changed since the last cycle; by row. */
  readonly dirty: Uint8Array;
  /**
   * Rows that the cluster's visitors have opened or played more, or less, than was expected when the page was
   * built.
   */
  readonly news: Uint32Array;
};

/** `as-good`: it would be laid out otherwise today, but a rewrite is not worth its cost. */
export type Verdict = "same" | "as-good" | "rewrite";

export function compareWithStanding(prepared: PreparedContext, comparison: Comparison): Verdict {
  const { old, whole, shape, ageMs, placed, worth, dirty, news } = comparison;
  if (!whole || !fits(old, shape)) return "rewrite";
  if (sameLayout(old, placed)) return "same";
  if (ageMs > KEEP_MAX_AGE_MS || bringsNews(old, placed, dirty)) return "rewrite";
  if (news.some((row) => placeOf(old, row) !== placeOf(placed, row))) return "rewrite";
  const newUtility = pageUtility(prepared, worth, placed);
  return pageUtility(prepared, worth, old) >= (1 - KEEP_UTILITY_SHARE) * newUtility ? "as-good" : "rewrite";
}

/** Whether the old page has the size of today's pages: it may have been built when they were larger. */
function fits(old: readonly PlacedCarousel[], shape: PageShape): boolean {
  return old.length <= shape.carousels && old.every(({ rows }) => rows.length <= shape.items);
}

function sameLayout(a: readonly PlacedCarousel[], b: readonly PlacedCarousel[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ carousel, rows }, at) =>
        carousel === b[at]!.carousel &&
        rows.length === b[at]!.rows.length &&
        rows.every((row, place) => row === b[at]!.rows[place]),
    )
  );
}

/**
 * Whether some dirty item stands in a carousel of the new page and not in the same carousel of the old one.
 */
function bringsNews(
  old: readonly PlacedCarousel[],
  placed: readonly PlacedCarousel[],
  dirty: Uint8Array,
): boolean {
  return placed.some(({ carousel, rows }) => {
    const before = old.find((other) => other.carousel === carousel)?.rows ?? [];
    return rows.some((row) => dirty[row] === 1 && !before.includes(row));
  });
}

/** Carousel and position; undefined where the item is not on the page. */
function placeOf(placed: readonly PlacedCarousel[], row: number): string | undefined {
  const found = placed.find(({ rows }) => rows.includes(row));
  return found && `${found.carousel} ${found.rows.indexOf(row)}`;
}
