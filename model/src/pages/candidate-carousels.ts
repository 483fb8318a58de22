/**
 * The candidate carousels of a context: those that its page may have, each with the items that could stand
 * in it. They are prepared once for a catalogue and an instant; scores decide which of them a page shows, and
 * with what (carousels.ts). Pure.
 */
import { foldText } from "@spillway/shared/signals/signal-value.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { isAvailable } from "./availability.ts";
import { crc32 } from "./crc32.ts";
import { familyMembers, remembered } from "./family-members.ts";
import { freshnessFactor } from "./freshness.ts";
import {
  EVERYTHING,
  FAMILY_ITEMS,
  rulesOf,
  type PageContext,
  type CarouselHead,
  type CarouselRule,
} from "./carousel-rules.ts";

export type CandidateCarousel = CarouselHead & {
  /** The same in every context that has the carousel, and from one cycle to the next. */
  readonly key: string;
  /** A number for the key, by which stored layouts name the carousel. */
  readonly code: number;
  /**
   * The number of the genre that the carousel is about, -1 for none: there, items of that genre are no
   * repetition.
   */
  readonly genre: number;
  /** Rows of the catalogue, ascending. */
  readonly rows: Uint32Array;
};

/** What of the catalogue is the same for every carousel and context. By row. */
export type ItemFacts = {
  /** The factor of freshness.ts, 0 for what may not be shown. */
  readonly factors: Float32Array;
  /** A number for the item's match, -1 for none. */
  readonly matches: Int32Array;
  /** A number for the item's primary (first) genre, -1 for none. */
  readonly genres: Int32Array;
};

/**
 * Row → the carousels that it may stand in: row r's are carousels[starts[r]] … carousels[starts[r + 1]],
 * ascending.
 */
export type CarouselTable = {
  readonly starts: Uint32Array;
  readonly carousels: Uint16Array;
  /** The other way round: each carousel's rows. */
  readonly rows: readonly Uint32Array[];
};

export type PreparedContext = ItemFacts & {
  readonly context: string;
  readonly carousels: readonly CandidateCarousel[];
  /** May cover more carousels than this context's; `numbers[i]` is the number in it of `carousels[i]`. */
  readonly table: CarouselTable;
  readonly numbers: Uint32Array;
};

/** A page shows at most so many carousels of one family. */
export const FAMILY_LIMIT = 3;

/** `items` by row. */
export function prepareContext(context: PageContext, items: readonly Item[], nowMs: number): PreparedContext {
  return prepareContexts([context], items, nowMs)[0]!;
}

/**
 * Several at once, over one table: a carousel's top items (top-items.ts) serve all the contexts that have it.
 */
export function prepareContexts(
  contexts: readonly PageContext[],
  items: readonly Item[],
  nowMs: number,
): PreparedContext[] {
  const available = items.map((item) => isAvailable(item, nowMs));
  const genreNumbers = new Map<string, number>();
  const foldOf = remembered(foldText);
  const primaryGenre = ({ genres: [genre] }: Item): string | undefined => genre && foldOf(genre);
  const facts: ItemFacts = {
    factors: Float32Array.from(items, (item, row) => (available[row]! ? freshnessFactor(item, nowMs) : 0)),
    matches: Int32Array.from(
      items,
      numbering(new Map(), ({ matchId }) => matchId),
    ),
    genres: Int32Array.from(items, numbering(genreNumbers, primaryGenre)),
  };
  const filled = new Map<string, readonly CandidateCarousel[]>();
  const fill = (rule: CarouselRule): readonly CandidateCarousel[] => {
    const known = filled.get(rule.key);
    if (known !== undefined) return known;
    const carousels = carouselsOf(rule, items, available, nowMs, genreNumbers);
    filled.set(rule.key, carousels);
    return carousels;
  };
  const byContext = contexts.map((context) => {
    const carousels = rulesOf(context, items).flatMap(fill);
    return carousels.length > 0 ? carousels : fill(EVERYTHING);
  });
  const all = [...new Set(byContext.flat())];
  const numberOf = new Map(all.map((carousel, number) => [carousel, number]));
  const table = tableOf(all, items.length);
  return contexts.map((context, at) => ({
    ...facts,
    context,
    carousels: byContext[at]!,
    table,
    numbers: Uint32Array.from(byContext[at]!, (carousel) => numberOf.get(carousel)!),
  }));
}

/** Makes a table of this context's carousels alone, for callers that look at one context at a time. */
export function withOwnTable(context: PreparedContext): PreparedContext {
  const { carousels, factors } = context;
  return {
    ...context,
    table: tableOf(carousels, factors.length),
    numbers: Uint32Array.from(carousels.keys()),
  };
}

function numbering(numbers: Map<string, number>, nameOf: (item: Item) => string | undefined) {
  return (item: Item): number => {
    const name = nameOf(item);
    if (name === undefined) return -1;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  };
}

/** Those that have something to show. */
function carouselsOf(
  rule: CarouselRule,
  items: readonly Item[],
  available: readonly boolean[],
  nowMs: number,
  genreNumbers: ReadonlyMap<string, number>,
): CandidateCarousel[] {
  const { key, id, title, boost, perMatch } = rule;
  if ("holds" in rule) {
    const rows: number[] = [];
    items.forEach((item, row) => {
      if (available[row]! && rule.holds(item, nowMs)) rows.push(row);
    });
    return rows.length === 0
      ? []
      : [{ key, code: crc32(key), id, title, boost, perMatch, genre: -1, rows: Uint32Array.from(rows) }];
  }
  return familyMembers(rule.valuesOf, items)
    .filter(({ rows }) => rows.length >= FAMILY_ITEMS)
    .toSorted((a, b) => (a.value < b.value ? -1 : 1))
    .map(({ value, rows }) => ({
      key: `${key} ${value}`,
      code: crc32(`${key} ${value}`),
      id: `${id}-${value.toLowerCase()}`,
      title: rule.titleOf(value),
      family: rule.family,
      boost,
      perMatch,
      genre: rule.family === "genre" ? (genreNumbers.get(foldText(value)) ?? -1) : -1,
      rows: Uint32Array.from(rows.filter((row) => available[row]!)),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function tableOf(carousels: readonly CandidateCarousel[], items: number): CarouselTable {
  const starts = new Uint32Array(items + 1);
  for (const { rows } of carousels) for (const row of rows) starts[row + 1]! += 1;
  for (let row = 0; row < items; row += 1) starts[row + 1]! += starts[row]!;
  const members = new Uint16Array(starts[items]!);
  const next = starts.slice();
  carousels.forEach(({ rows }, number) => {
    for (const row of rows) members[next[row]!++] = number;
  });
  return { starts, carousels: members, rows: carousels.map(({ rows }) => rows) };
}
