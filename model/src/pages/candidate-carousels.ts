/**
 * Shelves: the carousels that a context's page may have, each with the items that could stand in it. Prepared once for a
 * catalogue and an instant; which shelves a page shows, and with what, is decided by scores (carousels.ts). Pure.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { isAvailable } from "./availability.ts";
import { freshnessFactor } from "./freshness.ts";
import {
  EVERYTHING,
  FAMILY_ITEMS,
  rulesOf,
  type PageContext,
  type ShelfHead,
  type ShelfRule,
} from "./carousel-rules.ts";

export type Shelf = ShelfHead & {
  /** The same in every context that has the shelf, and from one cycle to the next. */
  readonly key: string;
  /** The number of the genre that it is about, -1 for none: there, items of that genre are no repetition. */
  readonly genre: number;
  /** Rows of the catalogue, ascending. */
  readonly rows: Uint32Array;
};

/** What of the catalogue is the same for every shelf and context. By row. */
export type ItemFacts = {
  /** The factor of freshness.ts, 0 for what may not be shown. */
  readonly factors: Float32Array;
  /** A number for the item's match, -1 for none. */
  readonly matches: Int32Array;
  /** A number for the item's primary (first) genre, -1 for none. */
  readonly genres: Int32Array;
};

/** Row → the shelves that it may stand in: row r's are shelves[starts[r]] … shelves[starts[r + 1]], ascending. */
export type ShelfTable = {
  readonly starts: Uint32Array;
  readonly shelves: Uint16Array;
  /** The other way round: each shelf's rows. */
  readonly rows: readonly Uint32Array[];
};

export type PreparedContext = ItemFacts & {
  readonly context: string;
  readonly shelves: readonly Shelf[];
  /** May cover more shelves than this context's; `numbers[i]` is the number in it of `shelves[i]`. */
  readonly table: ShelfTable;
  readonly numbers: Uint32Array;
};

/** Shown at most, of each family of shelves. */
export const FAMILY_LIMIT = 3;

/** `items` by row. */
export function prepareContext(context: PageContext, items: readonly Item[], nowMs: number): PreparedContext {
  return prepareContexts([context], items, nowMs)[0]!;
}

/** Several at once, over one table: what is worked out for a shelf (deal.ts) serves all the contexts that have it. */
export function prepareContexts(
  contexts: readonly PageContext[],
  items: readonly Item[],
  nowMs: number,
): PreparedContext[] {
  const available = items.map((item) => isAvailable(item, nowMs));
  const genreNumbers = new Map<string, number>();
  const facts: ItemFacts = {
    factors: Float32Array.from(items, (item, row) => (available[row]! ? freshnessFactor(item, nowMs) : 0)),
    matches: Int32Array.from(
      items,
      numbering(new Map(), ({ matchId }) => matchId),
    ),
    genres: Int32Array.from(
      items,
      numbering(genreNumbers, ({ genres }) => genres[0]),
    ),
  };
  const filled = new Map<string, readonly Shelf[]>();
  const fill = (rule: ShelfRule): readonly Shelf[] => {
    const known = filled.get(rule.key);
    if (known !== undefined) return known;
    const shelves = shelvesOf(rule, items, available, nowMs, genreNumbers);
    filled.set(rule.key, shelves);
    return shelves;
  };
  const byContext = contexts.map((context) => {
    const shelves = rulesOf(context, items).flatMap(fill);
    return shelves.length > 0 ? shelves : fill(EVERYTHING);
  });
  const all = [...new Set(byContext.flat())];
  const numberOf = new Map(all.map((shelf, number) => [shelf, number]));
  const table = tableOf(all, items.length);
  return contexts.map((context, at) => ({
    ...facts,
    context,
    shelves: byContext[at]!,
    table,
    numbers: Uint32Array.from(byContext[at]!, (shelf) => numberOf.get(shelf)!),
  }));
}

/** With a table of this context's shelves alone, for who looks at one context at a time. */
export function withOwnTable(context: PreparedContext): PreparedContext {
  const { shelves, factors } = context;
  return { ...context, table: tableOf(shelves, factors.length), numbers: Uint32Array.from(shelves.keys()) };
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
function shelvesOf(
  rule: ShelfRule,
  items: readonly Item[],
  available: readonly boolean[],
  nowMs: number,
  genreNumbers: ReadonlyMap<string, number>,
): Shelf[] {
  const { key, id, title, boost, perMatch } = rule;
  if ("holds" in rule) {
    const rows: number[] = [];
    items.forEach((item, row) => {
      if (available[row]! && rule.holds(item, nowMs)) rows.push(row);
    });
    return rows.length === 0
      ? []
      : [{ key, id, title, boost, perMatch, genre: -1, rows: Uint32Array.from(rows) }];
  }
  const members = new Map<string, number[]>();
  items.forEach((item, row) => {
    for (const value of rule.valuesOf(item)) {
      const rows = members.get(value);
      if (rows === undefined) members.set(value, [row]);
      // An item may name a value twice.
      else if (rows.at(-1) !== row) rows.push(row);
    }
  });
  return [...members]
    .filter(([, rows]) => rows.length >= FAMILY_ITEMS)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, rows]) => ({
      key: `${key} ${value}`,
      id: `${id}-${value.toLowerCase()}`,
      title: rule.titleOf(value),
      family: rule.family,
      boost,
      perMatch,
      genre: rule.family === "genre" ? (genreNumbers.get(value) ?? -1) : -1,
      rows: Uint32Array.from(rows.filter((row) => available[row]!)),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function tableOf(shelves: readonly Shelf[], items: number): ShelfTable {
  const starts = new Uint32Array(items + 1);
  for (const { rows } of shelves) for (const row of rows) starts[row + 1]! += 1;
  for (let row = 0; row < items; row += 1) starts[row + 1]! += starts[row]!;
  const members = new Uint16Array(starts[items]!);
  const next = starts.slice();
  shelves.forEach(({ rows }, number) => {
    for (const row of rows) members[next[row]!++] = number;
  });
  return { starts, shelves: members, rows: shelves.map(({ rows }) => rows) };
}
