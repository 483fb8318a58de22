/** Turns scores into a page: which carousels, in which order, with which items; no item twice. Pure. */
import { FAMILY_LIMIT, type PreparedContext } from "./candidate-carousels.ts";
import { diverseValues, pickDiverse } from "./diversity.ts";
import type { PageWorkspace } from "./page-workspace.ts";
import {
  HIDDEN,
  rowsOfCarousel,
  topItemsAsNeeded,
  worthOf,
  type OtherItems,
  type TopItems,
} from "./top-items.ts";

export const MAX_CAROUSELS = 10;
export const ITEMS_PER_CAROUSEL = 12;

/** At most so many carousels, and items in each. */
export type PageShape = { readonly carousels: number; readonly items: number };

export const DEFAULT_SHAPE: PageShape = { carousels: MAX_CAROUSELS, items: ITEMS_PER_CAROUSEL };

/** The value of a carousel is the mean worth of so many of its best items. */
export const VALUE_ITEMS = 6;

/**
 * A carousel of a family (genres, teams) with fewer items of its own, not shown above it already, is left
 * out.
 */
const MIN_FAMILY_ITEMS = 3;

export type RankedCarousel = {
  readonly id: string;
  readonly title: string;
  /** Rows of the catalogue, best first. */
  readonly rows: readonly number[];
};

/**
 * A carousel that scores do not decide. It is put in at position `at`; its items are not shown again
 * elsewhere.
 */
export type GivenCarousel = RankedCarousel & { readonly at: number };

/** A candidate carousel that the page shows; `carousel` is its position in the context's candidates. */
export type PlacedCarousel = { readonly carousel: number; readonly rows: readonly number[] };

/**
 * More than a page shows: items that stand in a carousel above are left out, and diversity passes over
 * others.
 */
export function topItemsLimit(shape: PageShape): number {
  return 3 * shape.items;
}

export type RankOptions = {
  /** Rows not to be shown, such as what the user has watched. */
  readonly hidden?: Iterable<number>;
  readonly given?: readonly GivenCarousel[];
  readonly shape?: PageShape;
  readonly workspace: PageWorkspace;
};

/**
 * The page of one context for these `scores`, which are by row. An item without score (0 or NaN) still
 * fills a carousel that has nothing better, in the order of the catalogue.
 */
export function rankCarousels(
  prepared: PreparedContext,
  scores: Float32Array,
  { hidden = [], given = [], shape = DEFAULT_SHAPE, workspace }: RankOptions,
): RankedCarousel[] {
  const worth = worthOf(prepared, scores, workspace.worth(prepared.factors.length));
  const hiddenCount = hideRows(worth, hidden);
  const { table } = prepared;
  const { topItems, others } = topItemsAsNeeded(table, worth, topItemsLimit(shape), workspace, hiddenCount);
  return withGiven(prepared, placeCarousels(prepared, worth, topItems, shape, given, others), given);
}

/** Returns how many rows that are, or more. */
export function hideRows(worth: Float32Array, hidden: Iterable<number>): number {
  let count = 0;
  for (const row of hidden) {
    worth[row] = HIDDEN;
    count += 1;
  }
  return count;
}

/** The placed carousels as clients see them, with those that scores do not decide put in. */
export function withGiven(
  { carousels: candidates }: Pick<PreparedContext, "carousels">,
  placed: readonly PlacedCarousel[],
  given: readonly GivenCarousel[],
): RankedCarousel[] {
  const carousels = placed.map(({ carousel, rows }): RankedCarousel => {
    const { id, title } = candidates[carousel]!;
    return { id, title, rows };
  });
  for (const { at, ...carousel } of given) if (carousel.rows.length > 0) carousels.splice(at, 0, carousel);
  return carousels;
}

/**
 * The carousels of a page in order, from the top items of its candidates. `others`: for top items that are
 * worked out as needed. Then a carousel with few of them counts as what it may be worth at most, and is worked
 * out when it is its turn: most never are.
 */
export function placeCarousels(
  prepared: PreparedContext,
  worth: Float32Array,
  topItems: TopItems,
  shape: PageShape,
  given: readonly GivenCarousel[] = [],
  others?: OtherItems,
): PlacedCarousel[] {
  const { carousels, numbers } = prepared;
  const isBound = new Uint8Array(numbers.length);
  for (let at = 0; at < numbers.length; at += 1) {
    if (others !== undefined && topItems.counts[numbers[at]!]! < VALUE_ITEMS) isBound[at] = 1;
  }
  const values = carousels.map(
    ({ boost }, at) =>
      boost * meanOfBest(topItems, numbers[at]!, worth, isBound[at] === 1 ? others : undefined),
  );
  const shown = marksFor(prepared.factors.length);
  for (const { rows } of given) for (const row of rows) shown[row] = 1;
  const families = new Map<string, number>();
  const placed: PlacedCarousel[] = [];
  while (placed.length + given.length < shape.carousels) {
    const at = takeLargest(values);
    if (at < 0) break;
    const carousel = carousels[at]!;
    const { family } = carousel;
    const siblings = family === undefined ? 0 : (families.get(family) ?? 0);
    if (siblings >= FAMILY_LIMIT) continue;
    if (isBound[at] === 1) {
      isBound[at] = 0;
      others?.complete(numbers[at]!);
      values[at] = carousel.boost * meanOfBest(topItems, numbers[at]!, worth);
      continue;
    }
    const pick = () =>
      pickDiverse(rowsOfCarousel(topItems, numbers[at]!, shown), worth, prepared, carousel, shape.items);
    const known = pick();
    const { rows } = known.isOpen && others?.complete(numbers[at]!) === true ? pick() : known;
    if (rows.length === 0 || (family !== undefined && rows.length < MIN_FAMILY_ITEMS)) continue;
    if (family !== undefined) families.set(family, siblings + 1);
    for (const row of rows) shown[row] = 1;
    placed.push({ carousel: at, rows });
  }
  for (const { rows } of given) for (const row of rows) shown[row] = 0;
  for (const { rows } of placed) for (const row of rows) shown[row] = 0;
  return placed;
}

/** By row; all 0 between two pages. A set would take longer than all the rest. */
let marks = new Uint8Array(0);

function marksFor(items: number): Uint8Array {
  if (marks.length < items) marks = new Uint8Array(items);
  return marks;
}

/**
 * The position of the largest value, of equal ones the first, or -1; it is not found again. A page takes some
 * ten of a hundred, and to sort them all would take longer.
 */
function takeLargest(values: number[]): number {
  let largest = -1;
  let position = -1;
  for (let at = 0; at < values.length; at += 1) {
    if (values[at]! > largest) {
      largest = values[at]!;
      position = at;
    }
  }
  if (position >= 0) values[position] = TAKEN;
  return position;
}

/** Below every value. */
const TAKEN = -1;

/** With `others`, which are not among the top items: at most that, and no less than it is. */
function meanOfBest(
  { rows, counts, limit }: TopItems,
  number: number,
  worth: Float32Array,
  others?: OtherItems,
): number {
  const known = Math.min(VALUE_ITEMS, counts[number]!);
  let sum = 0;
  for (let at = 0; at < known; at += 1) sum += worth[rows[number * limit + at]!]!;
  if (others === undefined) return sum / Math.max(1, known);
  // Where there may be no others, the mean is that of these.
  const isFull = others.atLeast(number) >= VALUE_ITEMS;
  const count = isFull ? VALUE_ITEMS : Math.max(1, known);
  for (let at = known; at < count; at += 1) sum += others.threshold;
  return sum / count;
}

/**
 * What a page is worth to its audience: the items' worth with diversity, discounted by the position of
 * carousel and item as in DCG (Järvelin and Kekäläinen, TOIS 2002: 1 ÷ log₂(position + 2), positions from 0),
 * times the carousels' boosts.
 */
export function pageUtility(
  prepared: PreparedContext,
  worth: Float32Array,
  placed: readonly PlacedCarousel[],
): number {
  return placed.reduce((utility, { carousel, rows }, position) => {
    const { boost, genre } = prepared.carousels[carousel]!;
    const values = diverseValues(rows, worth, prepared, genre);
    const sum = values.reduce((total, value, at) => total + value / Math.log2(at + 2), 0);
    return utility + (boost * sum) / Math.log2(position + 2);
  }, 0);
}
