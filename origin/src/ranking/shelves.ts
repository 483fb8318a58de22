/**
 * Shelves: the carousels that a context's page may have, each with the items that could stand in it. Prepared once for a
 * catalogue and an instant; which shelves a page shows, and with what, is decided by scores (carousels.ts). Pure.
 */
import type { Item } from "@spillway/shared/catalogue.ts";
import type { PAGE_CONTEXTS } from "@spillway/shared/wire.ts";
import { isAvailable } from "./availability.ts";
import { freshnessFactor } from "./freshness.ts";

export type Shelf = {
  readonly id: string;
  readonly title: string;
  /** On the shelf's own value, when shelves are put in order. */
  readonly boost: number;
  /** Of a family (one shelf a genre, one a team) only the best few are shown. */
  readonly family?: string;
  /** At most this many items of one match: five goals of one game are not five ideas. */
  readonly perMatch: number;
  /** Rows of the catalogue, ascending. */
  readonly rows: Uint32Array;
};

export type PreparedContext = {
  readonly context: string;
  readonly shelves: readonly Shelf[];
  /** By row: the factor of freshness.ts, 0 for what may not be shown. */
  readonly factors: Float32Array;
  /** By row: a number for the item's match, -1 for none. */
  readonly matches: Int32Array;
};

export type PageContext = (typeof PAGE_CONTEXTS)[number];

/** Shown at most, of each family of shelves. */
export const FAMILY_LIMIT = 3;

const DAY_MS = 24 * 3600 * 1000;

type ShelfRule = Omit<Shelf, "rows"> & { readonly holds: (item: Item, nowMs: number) => boolean };

function rule(
  id: string,
  title: string,
  holds: ShelfRule["holds"],
  options: Partial<Omit<Shelf, "rows">> = {},
): ShelfRule {
  return { id, title, holds, boost: 1, perMatch: 20, ...options };
}

const ofKind =
  (...kinds: Item["kind"][]) =>
  (item: Item): boolean =>
    kinds.includes(item.kind);

function startsWithin(item: Item, nowMs: number, spanMs: number): boolean {
  if (item.kind !== "match" || item.startsAt === undefined) return false;
  const startsMs = Date.parse(item.startsAt);
  const endsMs = item.endsAt === undefined ? startsMs + DAY_MS / 8 : Date.parse(item.endsAt);
  return nowMs < endsMs && startsMs - nowMs < spanMs;
}

const isNew =
  (...kinds: Item["kind"][]) =>
  (item: Item, nowMs: number): boolean =>
    kinds.includes(item.kind) &&
    item.publishedAt !== undefined &&
    nowMs - Date.parse(item.publishedAt) < 14 * DAY_MS;

const LIVE_NEXT = rule("live-next", "Live and next", (item, nowMs) => startsWithin(item, nowMs, 2 * DAY_MS), {
  boost: 1.5,
});
const UPCOMING = rule("upcoming", "Coming up", (item, nowMs) => startsWithin(item, nowMs, 14 * DAY_MS));
const HIGHLIGHTS = rule("highlights", "Highlights", ofKind("highlights"));
const CLIPS = rule("clips", "Goals", ofKind("clip"), { perMatch: 3 });
const REPLAYS = rule("replays", "Full matches", ofKind("replay"));
const HUBS = rule("hubs", "Teams and more", ofKind("hub"), { boost: 0.5 });
const KIDS = rule("kids", "For kids", ofKind("kids"));
const MOVIES = rule("movies", "Films", ofKind("movie"));
const SERIES = rule("series", "Series", ofKind("series"));

function forYou(...kinds: Item["kind"][]): ShelfRule {
  return rule("for-you", "For you", ofKind(...kinds), { boost: 1.4, perMatch: 2 });
}

/** One shelf for each value of `valuesOf` that at least four items have. */
function family(
  name: string,
  items: readonly Item[],
  valuesOf: (item: Item) => readonly string[],
  titleOf: (value: string) => string,
  options: Partial<Omit<Shelf, "rows">> = {},
): ShelfRule[] {
  const counts = new Map<string, number>();
  for (const item of items)
    for (const value of valuesOf(item)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= 4)
    .map(([value]) => value)
    .toSorted()
    .map((value) =>
      rule(`${name}-${value.toLowerCase()}`, titleOf(value), (item) => valuesOf(item).includes(value), {
        family: name,
        ...options,
      }),
    );
}

const genresOf =
  (...kinds: Item["kind"][]) =>
  (item: Item): readonly string[] =>
    kinds.includes(item.kind) ? item.genres : [];

const MATCH_KINDS = ["replay", "highlights", "clip"] as const;

function rulesOf(context: PageContext, items: readonly Item[]): ShelfRule[] {
  const teamTitles = new Map(
    items
      .filter(({ kind, teams }) => kind === "hub" && teams.length === 1)
      .map(({ teams, title }) => [teams[0], title]),
  );
  const teams = family(
    "team",
    items,
    (item) => (ofKind(...MATCH_KINDS, "hub")(item) ? item.teams : []),
    (team) => `All about ${teamTitles.get(team) ?? team}`,
    { perMatch: 3 },
  );
  const genres = (...kinds: ("movie" | "series" | "kids")[]): ShelfRule[] =>
    family("genre", items, genresOf(...kinds), (genre) => capitalised(genre), { boost: 0.9 });
  switch (context) {
    case "homepage":
      return [
        LIVE_NEXT,
        forYou("replay", "highlights", "clip", "movie", "series", "kids"),
        HIGHLIGHTS,
        CLIPS,
        REPLAYS,
        KIDS,
        MOVIES,
        SERIES,
        rule("new", "New this fortnight", isNew("movie", "series", "kids")),
        HUBS,
        ...teams,
        ...genres("movie", "series"),
      ];
    case "live":
      return [LIVE_NEXT, UPCOMING, HIGHLIGHTS, CLIPS, REPLAYS, HUBS, ...teams];
    case "movies":
      return [forYou("movie"), rule("new", "New films", isNew("movie")), ...genres("movie")];
    case "series":
      return [forYou("series"), rule("new", "New series", isNew("series")), ...genres("series")];
    case "kids":
      return [forYou("kids"), rule("new", "New for kids", isNew("kids")), ...genres("kids")];
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `items` by row. A context in which the catalogue has nothing shows what there is, so that every page has something. */
export function prepareContext(context: PageContext, items: readonly Item[], nowMs: number): PreparedContext {
  const available = items.map((item) => isAvailable(item, nowMs));
  const fill = (rules: readonly ShelfRule[]): Shelf[] =>
    rules
      .map(({ holds, ...shelf }) => ({
        ...shelf,
        rows: Uint32Array.from(items.keys().filter((row) => available[row]! && holds(items[row]!, nowMs))),
      }))
      .filter(({ rows }) => rows.length > 0);
  const shelves = fill(rulesOf(context, items));
  return {
    context,
    shelves: shelves.length > 0 ? shelves : fill([rule("for-you", "For you", () => true)]),
    factors: Float32Array.from(items, (item, row) => (available[row]! ? freshnessFactor(item, nowMs) : 0)),
    matches: matchNumbers(items),
  };
}

function matchNumbers(items: readonly Item[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(items, ({ matchId }) => {
    if (matchId === undefined) return -1;
    const known = numbers.get(matchId) ?? numbers.size;
    numbers.set(matchId, known);
    return known;
  });
}
