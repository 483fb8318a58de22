/**
 * Diversity as part of the score: within a carousel, an item that repeats those before it counts less. It is
 * a greedy re-ranking in the manner of maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), but
 * with a factor for each repetition in place of a difference, and so needs no scale. Pure.
 */
import type { ItemFacts } from "./candidate-carousels.ts";

/** A factor on an item's worth for each earlier item of the same match in its carousel. */
export const SAME_MATCH_FACTOR = 0.8;

/**
 * A factor on an item's worth for each earlier item of the same primary genre, except in the carousel of that
 * genre.
 */
export const SAME_GENRE_FACTOR = 0.95;

export type DiversityRules = {
  /** At most this many items of one match. */
  readonly perMatch: number;
  /** The genre that the carousel is about, -1 for none. */
  readonly genre: number;
};

export type Picked = {
  readonly rows: number[];
  /** Worth × diversity by position; they never rise. */
  readonly values: number[];
  /** Whether a further candidate, worth no more than the last one, might have been picked. */
  readonly isOpen: boolean;
};

/** Up to `count` of `candidates` (rows, best first); of equal value the earlier candidate. */
export function pickDiverse(
  candidates: readonly number[],
  worth: Float32Array,
  { matches, genres }: Pick<ItemFacts, "matches" | "genres">,
  rules: DiversityRules,
  count: number,
): Picked {
  const rows: number[] = [];
  const values: number[] = [];
  const taken = new Uint8Array(candidates.length);
  const pickedMatches: number[] = [];
  const pickedGenres: number[] = [];
  let first = 0;
  let isOpen = false;
  while (rows.length < count) {
    let best = -1;
    let bestValue = -1;
    while (taken[first] === 1) first += 1;
    let at = first;
    for (; at < candidates.length; at += 1) {
      if (taken[at] === 1) continue;
      const row = candidates[at]!;
      let value = worth[row]!;
      // Factors only lower a value, so that no candidate from here on can be worth more than its own worth.
      if (value <= bestValue) break;
      const match = matches[row]!;
      const sameMatch = match < 0 ? 0 : timesIn(pickedMatches, match);
      if (match >= 0 && sameMatch >= rules.perMatch) continue;
      const genre = genres[row]!;
      if (genre >= 0 && genre !== rules.genre) value *= genrePower(timesIn(pickedGenres, genre));
      if (sameMatch > 0) value *= matchPower(sameMatch);
      if (value > bestValue) {
        best = at;
        bestValue = value;
      }
    }
    isOpen ||= at === candidates.length;
    if (best < 0) break;
    taken[best] = 1;
    const row = candidates[best]!;
    rows.push(row);
    values.push(bestValue);
    pickedMatches.push(matches[row]!);
    pickedGenres.push(genres[row]!);
  }
  return { rows, values, isOpen };
}

/** How many of these few are this number: a carousel is so short that a map would take longer. */
function timesIn(numbers: readonly number[], number: number): number {
  let times = 0;
  for (let at = 0; at < numbers.length; at += 1) if (numbers[at] === number) times += 1;
  return times;
}

/** n → factorⁿ, from a table for the small exponents that nearly all pages ask for. */
function powersOf(factor: number): (exponent: number) => number {
  const powers = Float64Array.from({ length: 64 }, (_, exponent) => factor ** exponent);
  return (exponent) => powers[exponent] ?? factor ** exponent;
}

const genrePower = powersOf(SAME_GENRE_FACTOR);
const matchPower = powersOf(SAME_MATCH_FACTOR);

/**
 * By position: the values that `pickDiverse` would have given these rows, had it picked them in this order.
 */
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
