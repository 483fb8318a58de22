/**
 * Diversity as part of the score: within a carousel, what repeats the items before it counts less. A greedy re-ranking in
 * the manner of maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), with a factor for each repetition in
 * place of a difference, so that it needs no scale. Pure.
 */
import type { ItemFacts } from "./candidate-carousels.ts";

/** On an item's worth, for each earlier item of the same match in its carousel. */
export const SAME_MATCH_FACTOR = 0.8;

/** On an item's worth, for each earlier item of the same primary genre, but in the shelf of that genre. */
export const SAME_GENRE_FACTOR = 0.95;

export type CarouselRules = {
  /** At most this many items of one match. */
  readonly perMatch: number;
  /** The genre that the shelf is about, -1 for none. */
  readonly genre: number;
};

export type Picked = {
  readonly rows: number[];
  /** By place: worth × diversity, never rising. */
  readonly values: number[];
};

/** Up to `count` of `candidates` (rows, best first); of equal value the earlier candidate. */
export function pickDiverse(
  candidates: readonly number[],
  worth: Float32Array,
  { matches, genres }: Pick<ItemFacts, "matches" | "genres">,
  rules: CarouselRules,
  count: number,
): Picked {
  const rows: number[] = [];
  const values: number[] = [];
  const taken = new Uint8Array(candidates.length);
  const timesOfGenre = new Map<number, number>();
  const timesOfMatch = new Map<number, number>();
  while (rows.length < count) {
    let best = -1;
    let bestValue = -1;
    for (let at = 0; at < candidates.length; at += 1) {
      if (taken[at] === 1) continue;
      const row = candidates[at]!;
      let value = worth[row]!;
      // Factors only lower: no candidate from here on is worth more than this one was at first.
      if (value <= bestValue) break;
      const match = matches[row]!;
      const sameMatch = match < 0 ? 0 : (timesOfMatch.get(match) ?? 0);
      if (match >= 0 && sameMatch >= rules.perMatch) continue;
      if (genres[row] !== rules.genre) value *= genrePower(timesOfGenre.get(genres[row]!) ?? 0);
      if (sameMatch > 0) value *= matchPower(sameMatch);
      if (value > bestValue) {
        best = at;
        bestValue = value;
      }
    }
    if (best < 0) break;
    const row = candidates[best]!;
    taken[best] = 1;
    rows.push(row);
    values.push(bestValue);
    if (genres[row]! >= 0) addOne(timesOfGenre, genres[row]!);
    if (matches[row]! >= 0) addOne(timesOfMatch, matches[row]!);
  }
  return { rows, values };
}

/** n → factorⁿ, worked out once: thousands of pages ask for the same few. */
function powersOf(factor: number): (exponent: number) => number {
  const powers: number[] = [1];
  return (exponent) => (powers[exponent] ??= factor ** exponent);
}

const genrePower = powersOf(SAME_GENRE_FACTOR);
const matchPower = powersOf(SAME_MATCH_FACTOR);

function addOne(times: Map<number, number>, of: number): void {
  times.set(of, (times.get(of) ?? 0) + 1);
}

/** By place: what `pickDiverse` would have valued these rows at, had it picked them in this order. */
export function diverseValues(
  rows: ArrayLike<number>,
  worth: Float32Array,
  { matches, genres }: Pick<ItemFacts, "matches" | "genres">,
  ownGenre: number,
): number[] {
  const values: number[] = [];
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place]!;
    const genre = genres[row] === ownGenre ? -1 : genres[row]!;
    const match = matches[row]!;
    let [sameGenre, sameMatch] = [0, 0];
    for (let before = 0; before < place; before += 1) {
      const other = rows[before]!;
      if (genre >= 0 && genres[other] === genre) sameGenre += 1;
      if (match >= 0 && matches[other] === match) sameMatch += 1;
    }
    values.push(worth[row]! * genrePower(sameGenre) * matchPower(sameMatch));
  }
  return values;
}
