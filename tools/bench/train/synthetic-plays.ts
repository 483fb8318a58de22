/**
 * Plays of any size with what a recommender can learn from: latent tastes, titles that belong together, and
 * popularity with a long tail. Shares and factors are invented, no measurement.
 */
import type { Plays } from "@spillway/model/trainers/gram.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";

export type SyntheticPlays = {
  readonly items: number;
  readonly users: number;
  /** Of a user, on average, at most, before what was drawn twice counts once. */
  readonly meanPlays: number;
  readonly seed: number;
};

const TASTES = 120;
/** Titles of which whoever has watched one often watches another: a series' seasons, a director's films. */
const FAMILY = 8;
const FAMILY_SHARE = 0.3;
const TASTE_SHARE = 0.5;
/** A taste likes one title in so many much more than the rest. */
const LIKED_ONE_IN = 12;
const LIKED_FACTOR = 25;

/** Items by user, ascending, each once; the same for the same seed. */
export function* syntheticPlays({ items, users, meanPlays, seed }: SyntheticPlays): Generator<Uint32Array> {
  const draw = seededRandom(seed);
  const order = shuffled(items, draw);
  const popularity = new Float64Array(items);
  order.forEach((item, rank) => (popularity[item] = (rank + 20) ** -0.9));
  const popular = aliasTable(popularity);
  const tastes = Array.from({ length: TASTES }, () =>
    aliasTable(popularity.map((weight) => weight * (draw() < 1 / LIKED_ONE_IN ? LIKED_FACTOR : 1) * draw())),
  );
  const families = shuffled(items, draw);
  const placeOf = new Uint32Array(items);
  families.forEach((item, place) => (placeOf[item] = place));
  const relative = (item: number): number => {
    const first = placeOf[item]! - (placeOf[item]! % FAMILY);
    return families[Math.min(items - 1, first + Math.floor(draw() * FAMILY))]!;
  };
  for (let user = 0; user < users; user += 1) {
    const own = [Math.floor(draw() * TASTES), Math.floor(draw() * TASTES)];
    const wanted = Math.min(items / 2, 5 + Math.floor(-Math.log(1 - draw()) * (meanPlays - 5)));
    const played = new Set<number>();
    let last = popular(draw);
    for (let at = 0; at < wanted; at += 1) {
      const part = draw();
      if (part < FAMILY_SHARE) last = relative(last);
      else if (part < FAMILY_SHARE + TASTE_SHARE) last = tastes[own[draw() < 0.7 ? 0 : 1]!]!(draw);
      else last = popular(draw);
      played.add(last);
    }
    yield Uint32Array.from(played).toSorted();
  }
}

function shuffled(count: number, draw: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(draw() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

/** Draws a position by its weight in constant time (A. Walker 1977, M. Vose 1991). */
function aliasTable(weights: Float64Array): (draw: () => number) => number {
  const count = weights.length;
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const share = weights.map((weight) => (weight * count) / sum);
  const alias = new Uint32Array(count);
  const small: number[] = [];
  const large: number[] = [];
  share.forEach((value, at) => (value < 1 ? small : large).push(at));
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!;
    const more = large.at(-1)!;
    alias[less] = more;
    share[more]! -= 1 - share[less]!;
    if (share[more]! < 1) small.push(large.pop()!);
  }
  for (const at of [...small, ...large]) share[at] = 1;
  return (draw) => {
    const at = Math.floor(draw() * count);
    return draw() < share[at]! ? at : alias[at]!;
  };
}

/** In the form that trainers read, on shared memory. */
export function playsOf(options: SyntheticPlays): Plays {
  const starts = sharedArray(Uint32Array, options.users + 1);
  let rows: Uint32Array = sharedArray(
    Uint32Array,
    Math.ceil(1.25 * options.users * options.meanPlays) + options.items,
  );
  let user = 0;
  for (const own of syntheticPlays(options)) {
    const from = starts[user]!;
    if (from + own.length > rows.length) rows = grown(rows);
    rows.set(own, from);
    starts[++user] = from + own.length;
  }
  return { starts, playEnds: starts.subarray(1), rows };
}

function grown(rows: Uint32Array): Uint32Array {
  const larger = sharedArray(Uint32Array, 2 * rows.length);
  larger.set(rows);
  return larger;
}
