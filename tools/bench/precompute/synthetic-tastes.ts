/** Latent tastes: what of a catalogue each likes, and how those who share it usually come. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { DEVICES, ENTRY_PATHS, type Signals } from "@spillway/shared/signals/signals.ts";
import { weightedTable, type Random, type WeightedTable } from "@spillway/demo/random.ts";
import { GENRES } from "@spillway/demo/words.ts";
import { isAvailable } from "@spillway/model/pages/availability.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";

const TASTES = 40;
/** Tastes for whom football comes first. */
const FOOTBALL_TASTES = 8;
export const CAMPAIGNS = 24;
export const EVENTS = 16;

export type Playable = CatalogueEntry & { readonly publishedMs: number };

export type Taste = {
  readonly items: WeightedTable<Playable>;
  readonly football: boolean;
  readonly entry: Signals["entry"];
  readonly device: Signals["device"];
  readonly campaign: string;
  readonly event: string;
};

export function createTastes(played: readonly Playable[], popularity: Float64Array, random: Random): Taste[] {
  return Array.from({ length: TASTES }, (_, at) => createTaste(at, played, popularity, random));
}

/** What has come out and may be shown. */
export function playables(catalogue: readonly CatalogueEntry[], nowMs: number): Playable[] {
  return catalogue
    .filter(({ item }) => isAvailable(item, nowMs))
    .map(({ seq, item }) => ({
      seq,
      item,
      publishedMs: item.publishedAt === undefined ? 0 : Date.parse(item.publishedAt),
    }))
    .filter(({ publishedMs }) => publishedMs <= nowMs);
}

/** Zipf–Mandelbrot, in an order of its own. */
export function popularities(played: readonly Playable[], random: Random): Float64Array {
  const order = played.map((_, at) => ({ at, draw: random.next() })).toSorted((a, b) => a.draw - b.draw);
  const popularity = new Float64Array(played.length);
  order.forEach(({ at }, rank) => {
    popularity[at] = (rank + 20) ** -0.9;
  });
  return popularity;
}

/**
 * Likes two or three genres and some kinds more than others, and of these some titles more than their genre
 * tells.
 */
function createTaste(
  at: number,
  played: readonly Playable[],
  popularity: Float64Array,
  random: Random,
): Taste {
  const football = at % (TASTES / FOOTBALL_TASTES) === 0;
  const liked = new Set([random.pick(GENRES), random.pick(GENRES), random.pick(GENRES)]);
  const kinds = {
    movie: 1 + 5 * random.next(),
    series: 1 + 5 * random.next(),
    kids: random.chance(0.2) ? 6 : 0.2,
  };
  const kindFactor = ({ kind }: Item): number =>
    kind === "movie" || kind === "series" || kind === "kids" ? kinds[kind] : football ? 6 : 0.5;
  const items = weightedTable(played, ({ item }, row) => {
    const genres = item.genres.filter((genre) => liked.has(genre as (typeof GENRES)[number])).length;
    return (popularity[row] ?? 0) * kindFactor(item) * (0.4 + 3 * genres) * random.exponential(1);
  });
  return {
    items,
    football,
    entry: random.pick(ENTRY_PATHS),
    device: random.pick(DEVICES),
    campaign: `campaign-${at % CAMPAIGNS}`,
    event: `event-${at % EVENTS}`,
  };
}
