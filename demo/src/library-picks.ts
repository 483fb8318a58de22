/**
 * Chooses the film, series or kids' title that a synthetic visitor plays: by an interest's genres, popular
 * titles first.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { createRandom, weightedTable, type Random, type WeightedTable } from "./random.ts";
import { CAMPAIGN_THEMES, ENTRY_MIXES, TASTES, type GenreWeights } from "./tastes.ts";

/** Maps an interest and a kind to titles. An interest is a taste, an entry path or a campaign. */
export type LibraryPools = ReadonlyMap<string, WeightedTable<Item>>;

const KINDS = ["movie", "series", "kids"] as const;
export type LibraryKind = (typeof KINDS)[number];

/** Popularity within an interest falls with the rank: p(r) ∝ r^−1. */
const ZIPF_EXPONENT = 1;
/** Titles of other genres are played now and then, too. */
const OTHER_GENRE_WEIGHT = 0.04;

/** `items` are those that could have been played already. */
export function libraryPools(items: readonly Item[], seed: number): LibraryPools {
  const pools = new Map<string, WeightedTable<Item>>();
  const add = (interest: string, genres: GenreWeights): void => {
    for (const kind of KINDS) {
      const random = createRandom(seed, `${interest} ${kind}`);
      pools.set(
        `${interest} ${kind}`,
        popular(
          items.filter((item) => item.kind === kind),
          genres,
          random,
        ),
      );
    }
  };
  for (const { name, genres } of TASTES) add(name, genres);
  for (const [entry, { genres }] of Object.entries(ENTRY_MIXES))
    if (Object.keys(genres).length > 0) add(entry, genres);
  for (const [campaign, { genres }] of Object.entries(CAMPAIGN_THEMES)) add(campaign, genres);
  return pools;
}

/**
 * Ranks titles so that preferred genres come first. Within a genre, chance decides which titles are popular.
 */
function popular(items: readonly Item[], genres: GenreWeights, random: Random): WeightedTable<Item> {
  const weightOf = (item: Item): number =>
    item.genres.reduce((sum, genre) => sum + (genres[genre as keyof GenreWeights] ?? 0), OTHER_GENRE_WEIGHT);
  const ranked = items
    .map((item) => ({ item, order: random.exponential(1) / weightOf(item) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
  return weightedTable(ranked, (item, rank) => Math.min(1, weightOf(item)) * (rank + 2) ** -ZIPF_EXPONENT);
}

/** Undefined when the interest is unknown or there is no title of that kind. */
export function pickTitle(
  random: Random,
  pools: LibraryPools,
  kind: LibraryKind,
  interest: string,
): Item | undefined {
  const table = pools.get(`${interest} ${kind}`);
  return table === undefined ? undefined : random.weighted(table);
}
