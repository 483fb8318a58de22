/**
 * Weights for items that few or none have played yet (a match before kick-off, highlights published a
 * minute ago), from what the catalogue says of them. Pure.
 */
import { foldText } from "@spillway/shared/signals/signal-value.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { ModelColumn } from "./item-model.ts";
import { MAX_COLUMN_WEIGHTS } from "./strongest-weights.ts";
import { topK } from "./top-k.ts";

/** An item of at least so many plays needs no content similarity: its co-occurrences are enough. */
export const WARM_PLAYS = 20;

/**
 * What a perfect content match is worth, in mean strongest weights of the warm columns: shrunk cosines and
 * EASE differ fivefold in scale.
 */
const CONTENT_WEIGHT = 2;
/** The mean strongest weight, where there is no warm column to measure it on. */
const STRONGEST_UNKNOWN = 0.1;

/**
 * `columns` with the cold items' columns blended: weights as trained + (1 − plays / {@link WARM_PLAYS}) ·
 * content similarity, the cosine of two items' teams, match, kind and genres, each weighted by its rarity
 * (idf). Only items that somebody plays are sources: the others are in nobody's history.
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
  const perfectMatch = CONTENT_WEIGHT * meanStrongest(columns, plays);
  const similar = new Float32Array(items.length);
  return items.map((_, target) => {
    const column = columns[target] ?? EMPTY;
    const coldness = 1 - Math.min(1, plays[target]! / WARM_PLAYS);
    if (coldness === 0) return column;
    similar.fill(0);
    for (const name of features[target]!) {
      const square = rarity.get(name)! ** 2;
      for (const source of sourcesByFeature.get(name) ?? []) similar[source]! += square / norms[source]!;
    }
    similar[target] = 0;
    const nearest = topK(similar, MAX_COLUMN_WEIGHTS);
    const factor = (coldness * perfectMatch) / norms[target]!;
    const blended = new Map(Array.from(nearest, (source) => [source, similar[source]! * factor]));
    column.sources.forEach((source, at) =>
      blended.set(source, (blended.get(source) ?? 0) + column.weights[at]!),
    );
    const kept = [...blended]
      .toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1]) || a[0] - b[0])
      .slice(0, MAX_COLUMN_WEIGHTS);
    return {
      sources: Uint32Array.from(kept, ([source]) => source),
      weights: Float32Array.from(kept, ([, weight]) => weight),
    };
  });
}

function meanStrongest(columns: readonly ModelColumn[], plays: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  columns.forEach(({ weights }, row) => {
    if (plays[row]! < WARM_PLAYS || weights.length === 0) return;
    sum += weights.reduce((most, weight) => Math.max(most, weight), 0);
    count += 1;
  });
  return count === 0 ? STRONGEST_UNKNOWN : sum / count;
}

const EMPTY: ModelColumn = { sources: new Uint32Array(0), weights: new Float32Array(0) };

function featuresOf(item: Item): string[] {
  const features = [
    `kind:${item.kind}`,
    ...item.genres.map((genre) => `genre:${foldText(genre)}`),
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
