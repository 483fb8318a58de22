/**
 * The carousels that a catalogue may have, whatever the time: which item may stand in which of them, and
 * when. `carouselsAt` makes of it the candidate carousels of an instant; origin and edge do so from the same
 * plan, which the edge reads from the catalogue pack. Pure.
 */
import { ITEM_KINDS, type Item } from "@spillway/shared/protocol/catalogue.ts";
import { foldText } from "@spillway/shared/signals/signal-value.ts";
import { availabilityOf } from "./availability.ts";
import {
  ALWAYS,
  EVERYTHING,
  FAMILY_ITEMS,
  rulesOf,
  type CarouselHead,
  type CarouselRule,
  type PageContext,
  type Window,
} from "./carousel-rules.ts";
import { crc32 } from "./crc32.ts";
import { familyMembers, remembered } from "./family-members.ts";

export type PlannedCarousel = CarouselHead & {
  /** The same in every context that has the carousel, and from one cycle to the next. */
  readonly key: string;
  /** A number for the key, by which stored layouts name the carousel. */
  readonly code: number;
  /**
   * The number of the genre that the carousel is about, -1 for none: there, items of that genre are no
   * repetition.
   */
  readonly genre: number;
};

/** By row of the catalogue; times by the content's clock, in milliseconds since 1970. */
export type CarouselPlan = {
  readonly carousels: readonly PlannedCarousel[];
  /** Numbers of carousels, in the order in which a context has them. */
  readonly contexts: readonly { readonly context: string; readonly carousels: readonly number[] }[];
  /** Stands in where a context has nothing else to show; it may have every item. */
  readonly everything: PlannedCarousel;
  /** Row r may stand in members[starts[r]] … members[starts[r + 1]], numbers of carousels, ascending. */
  readonly starts: Uint32Array;
  readonly members: Uint16Array;
  /** Positions in `members` that hold at some time only, ascending, with their windows. */
  readonly windowed: Uint32Array;
  readonly windowFromMs: Float64Array;
  readonly windowUntilMs: Float64Array;
  /** When a row may be shown at all. */
  readonly availableFromMs: Float64Array;
  readonly availableUntilMs: Float64Array;
  /** A number for the item's match, -1 for none. */
  readonly matches: Int32Array;
  /** A number for the item's primary (first) genre, -1 for none. */
  readonly genres: Int32Array;
  /** Positions in ITEM_KINDS. */
  readonly kinds: Uint8Array;
  /** NaN where it is unknown. */
  readonly startsMs: Float64Array;
  /** NaN where it is unknown. */
  readonly publishedMs: Float64Array;
};

type Filled = {
  readonly carousel: PlannedCarousel;
  readonly rows: readonly number[];
  /** By position in `rows`; absent where they hold at any time. */
  readonly windows?: readonly Window[];
};

/** What ends before `plannedFromMs` is left out: nobody asks for it any more. */
export function planCarousels(
  contexts: readonly PageContext[],
  items: readonly Item[],
  plannedFromMs = -Infinity,
): CarouselPlan {
  const genreNumbers = new Map<string, number>();
  const foldOf = remembered(foldText);
  const primaryGenre = ({ genres: [genre] }: Item): string | undefined => genre && foldOf(genre);
  const matches = Int32Array.from(
    items,
    numbering(new Map(), ({ matchId }) => matchId),
  );
  const genres = Int32Array.from(items, numbering(genreNumbers, primaryGenre));
  const filledByKey = new Map<string, readonly number[]>();
  const all: Filled[] = [];
  const numbersOf = (rule: CarouselRule): readonly number[] => {
    const known = filledByKey.get(rule.key);
    if (known !== undefined) return known;
    const filled = fill(rule, items, genreNumbers, plannedFromMs);
    const numbers = filled.map((_, at) => all.length + at);
    all.push(...filled);
    filledByKey.set(rule.key, numbers);
    return numbers;
  };
  const planned = contexts.map((context) => ({
    context,
    carousels: rulesOf(context, items).flatMap(numbersOf),
  }));
  const available = items.map(availabilityOf);
  return {
    carousels: all.map(({ carousel }) => carousel),
    contexts: planned,
    everything: headOf(EVERYTHING),
    ...membersOf(all, items.length),
    availableFromMs: Float64Array.from(available, ({ fromMs }) => fromMs),
    availableUntilMs: Float64Array.from(available, ({ untilMs }) => untilMs),
    matches,
    genres,
    kinds: Uint8Array.from(items, ({ kind }) => ITEM_KINDS.indexOf(kind)),
    startsMs: Float64Array.from(items, ({ startsAt }) => msOf(startsAt)),
    publishedMs: Float64Array.from(items, ({ publishedAt }) => msOf(publishedAt)),
  };
}

/**
 * The next instant at which some carousel may have other items: until then a plan's contexts differ in their
 * freshness factors alone. Infinity where nothing is scheduled.
 */
export function nextOfPlan(plan: CarouselPlan, nowMs: number): number {
  const { availableFromMs, availableUntilMs, windowFromMs, windowUntilMs } = plan;
  let next = Infinity;
  for (const instants of [availableFromMs, availableUntilMs, windowFromMs, windowUntilMs]) {
    for (const at of instants) if (at > nowMs && at < next) next = at;
  }
  return next;
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

function msOf(time: string | undefined): number {
  return time === undefined ? Number.NaN : Date.parse(time);
}

function headOf({ key, id, title, boost, perMatch }: CarouselRule): PlannedCarousel {
  return { key, code: crc32(key), id, title, boost, perMatch, genre: -1 };
}

function fill(
  rule: CarouselRule,
  items: readonly Item[],
  genreNumbers: ReadonlyMap<string, number>,
  plannedFromMs: number,
): readonly Filled[] {
  if ("windowOf" in rule) {
    const rows: number[] = [];
    const windows: Window[] = [];
    items.forEach((item, row) => {
      const window = rule.windowOf(item);
      if (window === undefined || window.untilMs <= plannedFromMs) return;
      rows.push(row);
      windows.push(window);
    });
    if (rows.length === 0) return [];
    const carousel = headOf(rule);
    return windows.every((window) => window === ALWAYS)
      ? [{ carousel, rows }]
      : [{ carousel, rows, windows }];
  }
  const { key, id, family, boost, perMatch } = rule;
  return familyMembers(rule.valuesOf, items)
    .filter(({ rows }) => rows.length >= FAMILY_ITEMS)
    .toSorted((a, b) => (a.value < b.value ? -1 : 1))
    .map(({ value, rows }) => ({
      carousel: {
        key: `${key} ${value}`,
        code: crc32(`${key} ${value}`),
        id: `${id}-${value.toLowerCase()}`,
        title: rule.titleOf(value),
        family,
        boost,
        perMatch,
        genre: family === "genre" ? (genreNumbers.get(foldText(value)) ?? -1) : -1,
      },
      rows,
    }));
}

function membersOf(
  all: readonly Filled[],
  items: number,
): Pick<CarouselPlan, "starts" | "members" | "windowed" | "windowFromMs" | "windowUntilMs"> {
  const starts = new Uint32Array(items + 1);
  for (const { rows } of all) for (const row of rows) starts[row + 1]! += 1;
  for (let row = 0; row < items; row += 1) starts[row + 1]! += starts[row]!;
  const members = new Uint16Array(starts[items]!);
  const next = starts.slice();
  const windows: (Window & { readonly at: number })[] = [];
  all.forEach(({ rows, windows: own }, number) => {
    rows.forEach((row, place) => {
      const at = next[row]!++;
      members[at] = number;
      if (own !== undefined) windows.push({ at, ...own[place]! });
    });
  });
  windows.sort((a, b) => a.at - b.at);
  return {
    starts,
    members,
    windowed: Uint32Array.from(windows, ({ at }) => at),
    windowFromMs: Float64Array.from(windows, ({ fromMs }) => fromMs),
    windowUntilMs: Float64Array.from(windows, ({ untilMs }) => untilMs),
  };
}
