/**
 * Diversity as part of the score: within a carousel, what repeats the items before it counts less. A greedy re-ranking in
 * the manner of maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), with a factor for each repetition in
 * place of a difference, so that it needs no scale. Pure.
 */
import type { ItemFacts } from "./shelves.ts";

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
  const values = candidates.map((row) => worth[row]!);
  const rows: number[] = [];
  const picked: number[] = [];
  while (rows.length < count) {
    let best = -1;
    let value = -1;
    for (let at = 0; at < candidates.length; at += 1) {
      // Factors only lower: no candidate from here on is worth more than this one was at first.
      if (worth[candidates[at]!]! <= value) break;
      if (values[at]! > value) {
        best = at;
        value = values[at]!;
      }
    }
    if (best < 0) break;
    const row = candidates[best]!;
    rows.push(row);
    picked.push(value);
    values[best] = TAKEN;
    const match = matches[row]!;
    const genre = genres[row] === rules.genre ? -1 : genres[row]!;
    if (match < 0 && genre < 0) continue;
    const matchFull = match >= 0 && timesIn(rows, matches, match) >= rules.perMatch;
    for (let at = 0; at < candidates.length; at += 1) {
      const other = candidates[at]!;
      if (values[at] === TAKEN) continue;
      if (genre >= 0 && genres[other] === genre) values[at]! *= SAME_GENRE_FACTOR;
      if (match >= 0 && matches[other] === match)
        values[at] = matchFull ? TAKEN : values[at]! * SAME_MATCH_FACTOR;
    }
  }
  return { rows, values: picked };
}

/** Below any value. */
const TAKEN = -1;

function timesIn(rows: readonly number[], matches: Int32Array, match: number): number {
  let times = 0;
  for (const row of rows) if (matches[row] === match) times += 1;
  return times;
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
    let value = worth[row]!;
    for (let before = 0; before < place; before += 1) {
      const other = rows[before]!;
      if (genres[row]! >= 0 && genres[row] !== ownGenre && genres[other] === genres[row])
        value *= SAME_GENRE_FACTOR;
      if (matches[row]! >= 0 && matches[other] === matches[row]) value *= SAME_MATCH_FACTOR;
    }
    values.push(value);
  }
  return values;
}
