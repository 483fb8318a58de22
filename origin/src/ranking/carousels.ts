/** From scores to a page: which shelves, in which order, with which items; no item twice. Pure. */
import { FAMILY_LIMIT, type PreparedContext, type Shelf } from "./shelves.ts";

export const MAX_CAROUSELS = 10;
export const ITEMS_PER_CAROUSEL = 12;

/** How many of a shelf's best items make its value. */
const VALUE_ITEMS = 6;

/** Candidates kept for each shelf, since shelves above it may take some away. */
const CANDIDATES = 3 * ITEMS_PER_CAROUSEL;

export type RankedCarousel = {
  readonly id: string;
  readonly title: string;
  /** Rows of the catalogue, best first. */
  readonly rows: readonly number[];
};

/** Carousels that stand before (`lead`) or are put in at `at`; their items are not shown again below. */
export type GivenCarousel = RankedCarousel & { readonly at: number };

/**
 * `scores` by row; an item without score (0 or NaN) still fills a shelf that has nothing better, in catalogue order.
 * `hidden`: rows not to be shown, such as what the user has watched. `given`: carousels that scores do not decide.
 */
export function rankCarousels(
  prepared: PreparedContext,
  scores: Float32Array,
  hidden?: ReadonlySet<number>,
  given: readonly GivenCarousel[] = [],
): RankedCarousel[] {
  const worth = (row: number): number => {
    const score = scores[row]!;
    return (score > 0 ? score : 0) * prepared.factors[row]!;
  };
  const ranked = prepared.shelves
    .map((shelf) => {
      const candidates = bestRows(shelf, worth, hidden);
      const best = candidates.slice(0, VALUE_ITEMS);
      const value = best.reduce((sum, row) => sum + worth(row), 0) / Math.max(1, best.length);
      return { shelf, candidates, value: value * shelf.boost };
    })
    .toSorted((a, b) => b.value - a.value);
  const shown = new Set<number>(given.flatMap(({ rows }) => rows));
  const families = new Map<string, number>();
  const carousels: RankedCarousel[] = [];
  for (const { shelf, candidates } of ranked) {
    if (carousels.length + given.length >= MAX_CAROUSELS) break;
    const siblings = shelf.family === undefined ? 0 : (families.get(shelf.family) ?? 0);
    if (siblings >= FAMILY_LIMIT) continue;
    const rows = pick(candidates, shelf, prepared, shown);
    // A family's shelf whose best items all stand above it already is no idea of its own.
    if (rows.length === 0 || (shelf.family !== undefined && rows.length < 3)) continue;
    if (shelf.family !== undefined) families.set(shelf.family, siblings + 1);
    for (const row of rows) shown.add(row);
    carousels.push({ id: shelf.id, title: shelf.title, rows });
  }
  for (const { at, ...carousel } of given) if (carousel.rows.length > 0) carousels.splice(at, 0, carousel);
  return carousels;
}

function bestRows(
  shelf: Shelf,
  worth: (row: number) => number,
  hidden: ReadonlySet<number> | undefined,
): number[] {
  const rows: number[] = [];
  const values: number[] = [];
  for (const row of shelf.rows) {
    const value = worth(row);
    if (rows.length === CANDIDATES && value <= values[CANDIDATES - 1]!) continue;
    if (hidden?.has(row) === true) continue;
    // Insertion keeps equal values in catalogue order, so that the same scores always give the same page.
    let at = Math.min(rows.length, CANDIDATES - 1);
    while (at > 0 && values[at - 1]! < value) {
      rows[at] = rows[at - 1]!;
      values[at] = values[at - 1]!;
      at -= 1;
    }
    rows[at] = row;
    values[at] = value;
  }
  return rows;
}

function pick(
  candidates: readonly number[],
  shelf: Shelf,
  prepared: PreparedContext,
  shown: ReadonlySet<number>,
): number[] {
  const rows: number[] = [];
  const perMatch = new Map<number, number>();
  for (const row of candidates) {
    if (rows.length === ITEMS_PER_CAROUSEL) break;
    if (shown.has(row)) continue;
    const match = prepared.matches[row]!;
    const already = match < 0 ? 0 : (perMatch.get(match) ?? 0);
    if (already >= shelf.perMatch) continue;
    perMatch.set(match, already + 1);
    rows.push(row);
  }
  return rows;
}
