/** Invented films, series and kids' titles as catalogue items. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { Territories } from "@spillway/shared/protocol/restrictions.ts";
import { toSignalValue } from "@spillway/shared/signals/signal-value.ts";
import { iso } from "./clock.ts";
import { createRandom, weightedTable, type Random } from "./random.ts";
import { createTitleMaker, type TitleMaker } from "./titles.ts";
import { GENRES, type Genre } from "./words.ts";

const DAY_MS = 24 * 3600 * 1000;
const SEED = 2026;
const COUNTS = { movie: 820, series: 480, kids: 340 } as const;
type LibraryKind = keyof typeof COUNTS;

/** Shares of the catalogue in percent, and the genres that may accompany each. */
const GENRE_MIX: Readonly<Record<Genre, { readonly share: number; readonly with: readonly Genre[] }>> = {
  drama: { share: 13, with: ["romance", "history", "crime", "family"] },
  comedy: { share: 12, with: ["romance", "family", "action", "music"] },
  thriller: { share: 9, with: ["crime", "mystery", "action"] },
  documentary: { share: 8, with: ["history", "music", "adventure"] },
  action: { share: 8, with: ["adventure", "thriller", "sci-fi"] },
  romance: { share: 7, with: ["drama", "comedy", "music"] },
  "sci-fi": { share: 7, with: ["action", "adventure", "horror"] },
  horror: { share: 6, with: ["mystery", "thriller"] },
  animation: { share: 5, with: ["family", "adventure", "comedy"] },
  family: { share: 4, with: ["comedy", "adventure", "animation"] },
  crime: { share: 7, with: ["thriller", "drama", "mystery"] },
  mystery: { share: 4, with: ["crime", "drama"] },
  history: { share: 4, with: ["drama", "documentary"] },
  adventure: { share: 3, with: ["action", "family"] },
  music: { share: 3, with: ["documentary", "drama"] },
  "sport-documentary": { share: 5, with: ["documentary"] },
};
const GENRE_TABLE = weightedTable(GENRES, (genre) => GENRE_MIX[genre].share);
const KIDS_GENRES = ["animation", "family", "adventure", "music", "learning"] as const;

/** The hue of artwork depends on the genre, so that the items of a carousel match. */
const HUE_STEP = 360 / GENRES.length;
const HUE_SPREAD = 24;

/** Publication dates are spread over the years before `nowMs`; a few titles have their premiere after it. */
export function libraryItems(nowMs: number): Item[] {
  const random = createRandom(SEED, "library");
  const titles = createTitleMaker(random);
  return (Object.keys(COUNTS) as LibraryKind[]).flatMap((kind) =>
    Array.from({ length: COUNTS[kind] }, () => libraryItem(kind, titles, random, nowMs)),
  );
}

function libraryItem(kind: LibraryKind, titles: TitleMaker, random: Random, nowMs: number): Item {
  const primary = random.weighted(GENRE_TABLE) ?? "drama";
  const title = kind === "kids" ? titles.kidsTitle() : titles.title(primary);
  const genres = kind === "kids" ? kidsGenres(random) : genresWith(primary, random);
  const published = iso(publishedMs(random, nowMs));
  const id = `${kind}-${toSignalValue(title).toLowerCase()}`;
  const ageRating = ageRatingOf(kind, genres);
  const territories = TERRITORIES[id];
  const hueBase = kind === "kids" ? random.int(360) : GENRES.indexOf(primary) * HUE_STEP;
  return {
    id,
    title,
    kind,
    genres,
    teams: [],
    description: `Invented for the demo: ${genres.join(", ")}.`,
    publishedAt: published,
    availableFrom: published,
    ...expiry(random, Date.parse(published), nowMs),
    takenDown: false,
    durationMin: durationMin(kind, random),
    ...(ageRating !== undefined && { ageRating }),
    ...(territories !== undefined && { territories }),
    hue: Math.round(hueBase + random.int(HUE_SPREAD)) % 360,
  };
}

/** Of a title's genres the strictest counts; what has none of these is not rated. */
const AGE_RATINGS: Readonly<Record<string, number>> = {
  horror: 18,
  crime: 16,
  thriller: 16,
  action: 12,
  "sci-fi": 12,
  mystery: 12,
};

function ageRatingOf(kind: LibraryKind, genres: readonly string[]): number | undefined {
  if (kind === "kids") return 0;
  const ratings = genres.map((genre) => AGE_RATINGS[genre] ?? 0);
  return Math.max(...ratings) || undefined;
}

/** A few, since a local run is in no country, and so shows none of them unless `country=` says one. */
const TERRITORIES: Readonly<Record<string, Territories>> = {
  "movie-the-abernoth-mirror": { allowed: ["GB", "IE"] },
  "movie-escape-from-brinewick": { denied: ["US"] },
};

function genresWith(primary: Genre, random: Random): string[] {
  const second = random.chance(0.65) ? [random.pick(GENRE_MIX[primary].with)] : [];
  return [primary, ...second];
}

function kidsGenres(random: Random): string[] {
  const first = random.pick(KIDS_GENRES);
  const second = random.pick(KIDS_GENRES);
  return first === second ? [first] : [first, second];
}

/**
 * 1 % have their premiere within a week, 9 % are from the last three weeks, a quarter from the last year, and
 * the rest from fifteen years.
 */
function publishedMs(random: Random, nowMs: number): number {
  const part = random.next();
  const withinDays = (days: number): number => Math.floor(nowMs - random.next() * days * DAY_MS);
  if (part < 0.01) return Math.floor(nowMs + (0.05 + random.next() * 7) * DAY_MS);
  if (part < 0.1) return withinDays(21);
  if (part < 0.35) return withinDays(365);
  return withinDays(15 * 365);
}

/** The rights of one older title in 80 end within hours or days. */
function expiry(random: Random, publishedAtMs: number, nowMs: number): { availableUntil?: string } {
  const ends = random.chance(1 / 80) && nowMs - publishedAtMs > 60 * DAY_MS;
  return ends ? { availableUntil: iso(Math.floor(nowMs + (0.1 + random.next() * 9) * DAY_MS)) } : {};
}

function durationMin(kind: LibraryKind, random: Random): number {
  if (kind === "movie") return 82 + random.int(70);
  return kind === "series" ? 22 + random.int(36) : 7 + random.int(24);
}
