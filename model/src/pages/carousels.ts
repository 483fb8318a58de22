/** From scores to a page: which shelves, in which order, with which items; no item twice. Pure. */
import { candidatesIn, dealBest, HIDDEN, worthOf, type Dealing, type Dealt } from "./top-items.ts";
import { diverseValues, pickDiverse } from "./diversity.ts";
import { FAMILY_LIMIT, type PreparedContext } from "./candidate-carousels.ts";

export const MAX_CAROUSELS = 10;
export const ITEMS_PER_CAROUSEL = 12;

export type PageShape = { readonly carousels: number; readonly items: number };

export const DEFAULT_SHAPE: PageShape = { carousels: MAX_CAROUSELS, items: ITEMS_PER_CAROUSEL };

/** How many of a shelf's best items make its value. */
export const VALUE_ITEMS = 6;

/** A family's shelf whose best items all stand above it already is no idea of its own. */
const FAMILY_SHELF_ITEMS = 3;

export type RankedCarousel = {
  readonly id: string;
  readonly title: string;
  /** Rows of the catalogue, best first. */
  readonly rows: readonly number[];
};

/** Carousels that stand before (`lead`) or are put in at `at`; their items are not shown again below. */
export type GivenCarousel = RankedCarousel & { readonly at: number };

/** A shelf on a page: `shelf` is its position in the context's shelves. */
export type PlacedShelf = { readonly shelf: number; readonly rows: readonly number[] };

/** Kept for each shelf, since shelves above it may take some away and diversity passes over others. */
export function candidatesOf(shape: PageShape): number {
  return 3 * shape.items;
}

/**
 * `scores` by row; an item without score (0 or NaN) still fills a shelf that has nothing better, in catalogue order.
 * `hidden`: rows not to be shown, such as what the user has watched. `given`: carousels that scores do not decide.
 */
export function rankCarousels(
  prepared: PreparedContext,
  scores: Float32Array,
  hidden: Iterable<number> = [],
  given: readonly GivenCarousel[] = [],
  shape: PageShape = DEFAULT_SHAPE,
): RankedCarousel[] {
  if (scratch.length !== prepared.factors.length) scratch = new Float32Array(prepared.factors.length);
  const worth = worthOf(prepared, scores, scratch);
  for (const row of hidden) worth[row] = HIDDEN;
  const { dealt, complete } = dealBest(prepared.table, worth, candidatesOf(shape));
  const carousels: RankedCarousel[] = placeShelves(prepared, worth, dealt, shape, given, complete).map(
    ({ shelf, rows }) => ({ id: prepared.shelves[shelf]!.id, title: prepared.shelves[shelf]!.title, rows }),
  );
  for (const { at, ...carousel } of given) if (carousel.rows.length > 0) carousels.splice(at, 0, carousel);
  return carousels;
}

/** Overwritten by every page: the system takes longer to give out this much new memory than it takes to fill it. */
let scratch = new Float32Array(0);

/** The shelves of a page from the candidates that were dealt for it, in order. `complete`: for those that were not dealt whole. */
export function placeShelves(
  prepared: PreparedContext,
  worth: Float32Array,
  dealt: Dealt,
  shape: PageShape,
  given: readonly GivenCarousel[] = [],
  complete?: Dealing["complete"],
): PlacedShelf[] {
  const { shelves, numbers } = prepared;
  for (const number of numbers) if (dealt.counts[number]! < VALUE_ITEMS) complete?.(number);
  const values = shelves.map(({ boost }, at) => boost * meanOfBest(dealt, numbers[at]!, worth));
  const order = shelves.map((_, at) => at).toSorted((a, b) => values[b]! - values[a]!);
  const shown = new Set<number>(given.flatMap(({ rows }) => rows));
  const families = new Map<string, number>();
  const placed: PlacedShelf[] = [];
  for (const at of order) {
    if (placed.length + given.length >= shape.carousels) break;
    const shelf = shelves[at]!;
    const siblings = shelf.family === undefined ? 0 : (families.get(shelf.family) ?? 0);
    if (siblings >= FAMILY_LIMIT) continue;
    complete?.(numbers[at]!);
    const candidates = candidatesIn(dealt, numbers[at]!, shown);
    const { rows } = pickDiverse(candidates, worth, prepared, shelf, shape.items);
    if (rows.length === 0 || (shelf.family !== undefined && rows.length < FAMILY_SHELF_ITEMS)) continue;
    if (shelf.family !== undefined) families.set(shelf.family, siblings + 1);
    for (const row of rows) shown.add(row);
    placed.push({ shelf: at, rows });
  }
  return placed;
}

function meanOfBest({ rows, counts, limit }: Dealt, number: number, worth: Float32Array): number {
  const best = Math.min(VALUE_ITEMS, counts[number]!);
  let sum = 0;
  for (let at = 0; at < best; at += 1) sum += worth[rows[number * limit + at]!]!;
  return sum / Math.max(1, best);
}

/**
 * What a page is worth to its audience: the items' worth with diversity, discounted by the place of carousel and item as
 * in DCG (Järvelin and Kekäläinen 2002: 1 ÷ log₂(place + 2), places from 0), weighed by the shelves' boosts.
 */
export function pageUtility(
  prepared: PreparedContext,
  worth: Float32Array,
  placed: readonly PlacedShelf[],
): number {
  return placed.reduce((utility, { shelf, rows }, place) => {
    const { boost, genre } = prepared.shelves[shelf]!;
    const values = diverseValues(rows, worth, prepared, genre);
    const sum = values.reduce((total, value, at) => total + value / Math.log2(at + 2), 0);
    return utility + (boost * sum) / Math.log2(place + 2);
  }, 0);
}
