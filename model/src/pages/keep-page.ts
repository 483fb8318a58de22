/**
 * Whether a page that stands may stay as it is, though the newest scores would lay it out a little differently: a rewrite
 * costs a KV write and every edge's copy, and buys nothing where the old page is as good. Pure.
 */
import { pageUtility, type PageShape, type PlacedShelf } from "./carousels.ts";
import type { PreparedContext } from "./candidate-carousels.ts";

/** Share of the new page's utility that an old one may lack, and stay. */
export const KEEP_UTILITY_SHARE = 0.01;

/** Small losses add up to no staleness: an older page is rewritten as soon as it differs. */
export const KEEP_MAX_AGE_MS = 6 * 3600 * 1000;

export type Comparison = {
  /** What may still be shown of the page that stands; `whole`: that is all of it. */
  readonly old: readonly PlacedShelf[];
  readonly whole: boolean;
  readonly shape: PageShape;
  readonly ageMs: number;
  readonly placed: readonly PlacedShelf[];
  readonly worth: Float32Array;
  /** By row: 1 where the item, or where it may be shown, has changed since the last cycle. */
  readonly dirty: Uint8Array;
  /** Rows that the cluster's visitors have opened or played more, or less, than was expected when the page was built. */
  readonly news: Uint32Array;
};

/** `as-good`: laid out otherwise today, and not worth a write. */
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

/** It may have been built when pages were larger. */
function fits(old: readonly PlacedShelf[], shape: PageShape): boolean {
  return old.length <= shape.carousels && old.every(({ rows }) => rows.length <= shape.items);
}

function sameLayout(a: readonly PlacedShelf[], b: readonly PlacedShelf[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ shelf, rows }, at) =>
        shelf === b[at]!.shelf &&
        rows.length === b[at]!.rows.length &&
        rows.every((row, place) => row === b[at]!.rows[place]),
    )
  );
}

/** Something that has come or changed stands in a carousel of the new page and not in that of the old one. */
function bringsNews(old: readonly PlacedShelf[], placed: readonly PlacedShelf[], dirty: Uint8Array): boolean {
  return placed.some(({ shelf, rows }) => {
    const before = old.find((other) => other.shelf === shelf)?.rows ?? [];
    return rows.some((row) => dirty[row] === 1 && !before.includes(row));
  });
}

/** Shelf and position; undefined where the item is not on the page. */
function placeOf(placed: readonly PlacedShelf[], row: number): string | undefined {
  const found = placed.find(({ rows }) => rows.includes(row));
  return found && `${found.shelf} ${found.rows.indexOf(row)}`;
}
