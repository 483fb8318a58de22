/** Which film, series or kids' title a synthetic visitor plays: by a flavour's genres, the popular ones first. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { createRandom, weightedTable, type Random, type WeightedTable } from "./random.ts";
import { CAMPAIGN_THEMES, ENTRY_MIXES, TASTES, type GenreLiking } from "./tastes.ts";

/** Flavour and kind → titles. A flavour is a taste, an entry path or a campaign. */
export type LibraryPools = ReadonlyMap<string, WeightedTable<Item>>;

const KINDS = ["movie", "series", "kids"] as const;
export type LibraryKind = (typeof KINDS)[number];

/** Popularity inside a flavour falls with the rank: p(r) ∝ r^−1. */
const ZIPF_EXPONENT = 1;
/** Titles of other genres are seen too, now and then. */
const OFF_GENRE_LIKING = 0.04;

/** `items`: those that can have been played already. */
export function libraryPools(items: readonly Item[], seed: number): LibraryPools {
  const pools = new Map<string, WeightedTable<Item>>();
  const add = (flavour: string, genres: GenreLiking): void => {
    for (const kind of KINDS) {
      const random = createRandom(seed, `${flavour} ${kind}`);
      pools.set(
        `${flavour} ${kind}`,
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

/** Liked genres fill the head of the list; within a liking, which titles are the hits is chance. */
function popular(items: readonly Item[], genres: GenreLiking, random: Random): WeightedTable<Item> {
  const liking = (item: Item): number =>
    item.genres.reduce((sum, genre) => sum + (genres[genre as keyof GenreLiking] ?? 0), OFF_GENRE_LIKING);
  const ranked = items
    .map((item) => ({ item, order: random.exponential(1) / liking(item) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
  return weightedTable(ranked, (item, rank) => Math.min(1, liking(item)) * (rank + 2) ** -ZIPF_EXPONENT);
}

/** Undefined where the flavour is unknown or there is nothing of that kind. */
export function pickTitle(
  random: Random,
  pools: LibraryPools,
  kind: LibraryKind,
  flavour: string,
): Item | undefined {
  const table = pools.get(`${flavour} ${kind}`);
  return table === undefined ? undefined : random.weighted(table);
}
