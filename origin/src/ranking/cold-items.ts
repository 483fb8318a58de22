/**
 * Weights for items that few or none have played yet (a match before kick-off, highlights published a minute ago), from
 * what the catalogue says of them. Pure.
 */
import type { Item } from "@spillway/shared/catalogue.ts";
import type { ModelColumn } from "./model.ts";

/** From this many plays on, an item stands on its co-occurrences alone. */
export const WARM_PLAYS = 20;

/** What a perfect content match is worth, on the scale of shrunk cosines. */
const CONTENT_WEIGHT = 0.25;
const NEIGHBOURS = 200;
/** Into each target item: DESIGN §7. */
const MAX_WEIGHTS = 200;

/**
 * `columns` with the cold items' columns blended: co-occurrence + (1 − plays / {@link WARM_PLAYS}) · content similarity,
 * the cosine of two items' teams, match, kind and genres, each weighted by its rarity (idf). Only items that somebody
 * plays are sources: the others are in nobody's history.
 */
export function withColdItems(
  items: readonly Item[],
  plays: ArrayLike<number>,
  columns: readonly ModelColumn[],
): ModelColumn[] {
  const features = items.map(featuresOf);
  const rarity = idf(features);
  const norms = features.map((own) => Math.sqrt(own.reduce((sum, name) => sum + rarity.get(name)! ** 2, 0)));
  const sourcesByFeature = new Map<string, number[]>();
  features.forEach((own, row) => {
    if (!plays[row]) return;
    for (const name of own) {
      const sources = sourcesByFeature.get(name);
      if (sources === undefined) sourcesByFeature.set(name, [row]);
      else sources.push(row);
    }
  });
  return items.map((_, target) => {
    const column = columns[target] ?? EMPTY;
    const coldness = 1 - Math.min(1, plays[target]! / WARM_PLAYS);
    if (coldness === 0) return column;
    const similar = new Map<number, number>();
    for (const name of features[target]!) {
      const square = rarity.get(name)! ** 2;
      for (const source of sourcesByFeature.get(name) ?? [])
        similar.set(source, (similar.get(source) ?? 0) + square);
    }
    similar.delete(target);
    const nearest = [...similar]
      .map(([source, dot]): [number, number] => [source, dot / (norms[source]! * norms[target]!)])
      .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, NEIGHBOURS);
    const blended = new Map<number, number>();
    column.sources.forEach((source, at) => blended.set(source, column.weights[at]!));
    for (const [source, cosine] of nearest) {
      blended.set(source, (blended.get(source) ?? 0) + coldness * CONTENT_WEIGHT * cosine);
    }
    const kept = [...blended].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MAX_WEIGHTS);
    return {
      sources: Uint32Array.from(kept, ([source]) => source),
      weights: Float32Array.from(kept, ([, weight]) => weight),
    };
  });
}

const EMPTY: ModelColumn = { sources: new Uint32Array(0), weights: new Float32Array(0) };

function featuresOf(item: Item): string[] {
  const features = [
    `kind:${item.kind}`,
    ...item.genres.map((genre) => `genre:${genre}`),
    ...item.teams.map((team) => `team:${team}`),
    ...(item.matchId === undefined ? [] : [`match:${item.matchId}`]),
  ];
  return [...new Set(features)];
}

function idf(features: readonly (readonly string[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const own of features) for (const name of own) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].map(([name, count]) => [name, Math.log(1 + features.length / count)]));
}
