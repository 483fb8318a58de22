/** Affinity, recency and depth from a history: the signals that only the platform knows. Pure. */
import type { Item } from "@spillway/shared/catalogue.ts";
import {
  NONE,
  toSignalValue,
  type Depth,
  type ProfileSignals,
  type Recency,
} from "@spillway/shared/signals.ts";
import { PLAY_WEIGHT, type HistoryEntry } from "./history.ts";

const DAY_MS = 24 * 3600 * 1000;
const DEPTH_WINDOW_MS = 28 * DAY_MS;
const FRESH_MS = 7 * DAY_MS;

/** What the signals need of an item, prepared once per catalogue. */
export type ItemTraits = {
  /** Genres of films, series and kids' titles, the kind of everything else. */
  readonly affinities: readonly string[];
  readonly publishedMs: number | undefined;
};

/** items.seq → traits. */
export type TraitsOf = (item: number) => ItemTraits | undefined;

/** Share of an affinity in everybody's plays; what everybody likes tells little about one. */
export type AffinityShares = ReadonlyMap<string, number>;

export function traitsOf(item: Item): ItemTraits {
  const byGenre = item.kind === "movie" || item.kind === "series" || item.kind === "kids";
  const names = byGenre && item.genres.length > 0 ? item.genres : [item.kind];
  return {
    affinities: names.map((name) => toSignalValue(name).toLowerCase()).filter((name) => name !== NONE),
    publishedMs: item.publishedAt === undefined ? undefined : Date.parse(item.publishedAt),
  };
}

/** Adds one history's affinities, as shares that sum to 1, to `into`. */
export function addAffinities(
  into: Map<string, number>,
  history: readonly HistoryEntry[],
  traits: TraitsOf,
): void {
  let total = 0;
  const own = new Map<string, number>();
  for (const { item, weight } of history) {
    const names = traits(item)?.affinities ?? [];
    for (const name of names) {
      own.set(name, (own.get(name) ?? 0) + weight / names.length);
      total += weight / names.length;
    }
  }
  for (const [name, weight] of own) into.set(name, (into.get(name) ?? 0) + weight / total);
}

export function affinityShares(sums: ReadonlyMap<string, number>): AffinityShares {
  const total = [...sums.values()].reduce((sum, value) => sum + value, 0);
  return new Map([...sums].map(([name, value]) => [name, total === 0 ? 0 : value / total]));
}

/** `nowMs` is the content's clock. */
export function profileSignals(
  history: readonly HistoryEntry[],
  traits: TraitsOf,
  shares: AffinityShares,
  nowMs: number,
): ProfileSignals {
  return {
    affinity: affinityOf(history, traits, shares),
    recency: recencyOf(history, traits),
    depth: depthOf(history, nowMs),
  };
}

/** The affinity with the highest share in the history ÷ √(its share in everybody's): between liking and lift. */
function affinityOf(history: readonly HistoryEntry[], traits: TraitsOf, shares: AffinityShares): string {
  const own = new Map<string, number>();
  addAffinities(own, history, traits);
  let best: string = NONE;
  let bestScore = 0;
  for (const [name, share] of own) {
    const score = share / Math.sqrt(shares.get(name) || 1);
    if (score > bestScore || (score === bestScore && name < best)) {
      best = name;
      bestScore = score;
    }
  }
  return best;
}

function recencyOf(history: readonly HistoryEntry[], traits: TraitsOf): Recency {
  let known = 0;
  let fresh = 0;
  for (const { item, weight, timeMs } of history) {
    if (weight < PLAY_WEIGHT) continue;
    const publishedMs = traits(item)?.publishedMs;
    if (timeMs === 0 || publishedMs === undefined) continue;
    known += 1;
    if (timeMs - publishedMs <= FRESH_MS) fresh += 1;
  }
  if (known === 0) return "none";
  if (fresh / known >= 0.65) return "fresh";
  return fresh / known <= 0.25 ? "library" : "mixed";
}

function depthOf(history: readonly HistoryEntry[], nowMs: number): Depth {
  // A play whose time nobody knows counts: imported histories often come without times.
  const plays = history.filter(
    ({ weight, timeMs }) => weight >= PLAY_WEIGHT && (timeMs === 0 || nowMs - timeMs <= DEPTH_WINDOW_MS),
  ).length;
  if (plays === 0) return "new";
  if (plays < 5) return "casual";
  return plays < 15 ? "regular" : "deep";
}
