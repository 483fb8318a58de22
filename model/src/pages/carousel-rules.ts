/** Which carousels a context's page may have, and what may stand in each. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";

export type PageContext = (typeof PAGE_CONTEXTS)[number];

/** What a page shows of a carousel, and how it is weighed against others. */
export type CarouselHead = {
  readonly id: string;
  readonly title: string;
  /** A factor on the carousel's value, when carousels are put in order. */
  readonly boost: number;
  /** Of a family (one carousel for each genre, or for each team) a page shows only the best few. */
  readonly family?: string;
  /** At most so many items of one match: five goals of one game are not five ideas. */
  readonly perMatch: number;
};

/** Rules with the same key make the same carousel, in whichever context. */
type RuleBase = Omit<CarouselHead, "family"> & { readonly key: string };

/**
 * When an item may stand in a carousel, as far as the rule is concerned: `fromMs` ≤ now < `untilMs`, by the
 * content's clock. It depends on the item alone, so that a window that travels with a page's catalogue stays
 * right without the origin.
 */
export type Window = { readonly fromMs: number; readonly untilMs: number };

/** One carousel, or one for each value of `valuesOf` that at least {@link FAMILY_ITEMS} items have. */
export type CarouselRule =
  | (RuleBase & { readonly windowOf: (item: Item) => Window | undefined })
  | (RuleBase & {
      readonly family: string;
      readonly valuesOf: (item: Item) => readonly string[];
      readonly titleOf: (value: string) => string;
    });

export const FAMILY_ITEMS = 4;

const DAY_MS = 24 * 3600 * 1000;
const NEW_FOR_MS = 14 * DAY_MS;

type Options = { readonly boost?: number; readonly perMatch?: number; readonly kinds?: readonly string[] };

function rule(
  id: string,
  title: string,
  windowOf: (item: Item) => Window | undefined,
  { boost = 1, perMatch = 20, kinds = [] }: Options = {},
): CarouselRule {
  return { key: [id, ...kinds].join(" "), id, title, windowOf, boost, perMatch };
}

/** The window of an item that stands in a carousel at any time. */
export const ALWAYS: Window = { fromMs: -Infinity, untilMs: Infinity };

const isOfKind =
  (...kinds: readonly Item["kind"][]) =>
  (item: Item): boolean =>
    kinds.includes(item.kind);

const ofKind =
  (...kinds: readonly Item["kind"][]) =>
  (item: Item): Window | undefined =>
    kinds.includes(item.kind) ? ALWAYS : undefined;

/** A match, from less than `spanMs` before its kick-off until its end. */
function startsWithin(item: Item, spanMs: number): Window | undefined {
  if (item.kind !== "match" || item.startsAt === undefined) return undefined;
  const startsMs = Date.parse(item.startsAt);
  const untilMs = item.endsAt === undefined ? startsMs + DAY_MS / 8 : Date.parse(item.endsAt);
  return { fromMs: startsMs - spanMs + 1, untilMs };
}

const LIVE_NEXT = rule("live-next", "Live and next", (item) => startsWithin(item, 2 * DAY_MS), {
  boost: 1.5,
});
const UPCOMING = rule("upcoming", "Coming up", (item) => startsWithin(item, 14 * DAY_MS));
const HIGHLIGHTS = rule("highlights", "Highlights", ofKind("highlights"));
const CLIPS = rule("clips", "Goals", ofKind("clip"), { perMatch: 3 });
const REPLAYS = rule("replays", "Full matches", ofKind("replay"));
const HUBS = rule("hubs", "Teams and more", ofKind("hub"), { boost: 0.5 });
const KIDS = rule("kids", "For kids", ofKind("kids"));
const MOVIES = rule("movies", "Films", ofKind("movie"));
const SERIES = rule("series", "Series", ofKind("series"));

/** Stands in where the catalogue has nothing for a context, so that every page has something. */
export const EVERYTHING = rule("for-you", "For you", () => ALWAYS, { kinds: ["all"] });

function forYou(...kinds: readonly Item["kind"][]): CarouselRule {
  return rule("for-you", "For you", ofKind(...kinds), { boost: 1.4, perMatch: 2, kinds });
}

function isNew(title: string, ...kinds: readonly Item["kind"][]): CarouselRule {
  const windowOf = (item: Item): Window | undefined =>
    kinds.includes(item.kind) && item.publishedAt !== undefined
      ? { fromMs: -Infinity, untilMs: Date.parse(item.publishedAt) + NEW_FOR_MS }
      : undefined;
  return rule("new", title, windowOf, { kinds });
}

const MATCH_KINDS = ["replay", "highlights", "clip", "hub"] as const;

function teams(items: readonly Item[]): CarouselRule {
  const hubs = items.filter(({ kind, teams: own }) => kind === "hub" && own.length === 1);
  const titles = new Map(hubs.map(({ teams: own, title }) => [own[0], title]));
  return {
    key: "team",
    id: "team",
    title: "",
    family: "team",
    boost: 1,
    perMatch: 3,
    valuesOf: (item) => (isOfKind(...MATCH_KINDS)(item) ? item.teams : []),
    titleOf: (team) => `All about ${titles.get(team) ?? team}`,
  };
}

function genres(...kinds: readonly ("movie" | "series" | "kids")[]): CarouselRule {
  return {
    key: ["genre", ...kinds].join(" "),
    id: "genre",
    title: "",
    family: "genre",
    boost: 0.9,
    perMatch: 20,
    valuesOf: (item) => (isOfKind(...kinds)(item) ? item.genres : []),
    titleOf: (genre) => genre.charAt(0).toUpperCase() + genre.slice(1),
  };
}

export function rulesOf(context: PageContext, items: readonly Item[]): CarouselRule[] {
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
        isNew("New this fortnight", "movie", "series", "kids"),
        HUBS,
        teams(items),
        genres("movie", "series"),
      ];
    case "live":
      return [LIVE_NEXT, UPCOMING, HIGHLIGHTS, CLIPS, REPLAYS, HUBS, teams(items)];
    case "movies":
      return [forYou("movie"), isNew("New films", "movie"), genres("movie")];
    case "series":
      return [forYou("series"), isNew("New series", "series"), genres("series")];
    case "kids":
      return [forYou("kids"), isNew("New for kids", "kids"), genres("kids")];
  }
}
