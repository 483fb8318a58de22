/** Seeded draws for the demo: the same seed gives the same demo everywhere. */
import { seededRandom } from "@spillway/shared/seeded-random.ts";

export type Random = {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  /** Uniform among 0 … n − 1. */
  readonly int: (n: number) => number;
  /** True with probability `p`. */
  readonly chance: (p: number) => boolean;
  /** Exponential with this mean. */
  readonly exponential: (mean: number) => number;
  /** Throws a RangeError for an empty list. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** Draws an entry by its weight; undefined when no entry has weight. */
  readonly weighted: <T>(table: WeightedTable<T>) => T | undefined;
};

export type WeightedTable<T> = {
  readonly entries: readonly T[];
  /** Running sums of the weights. */
  readonly cumulative: Float64Array;
};

/** Entries of weight 0 are never drawn. */
export function weightedTable<T>(
  entries: readonly T[],
  weightOf: (entry: T, at: number) => number,
): WeightedTable<T> {
  const cumulative = new Float64Array(entries.length);
  let sum = 0;
  entries.forEach((entry, at) => {
    sum += weightOf(entry, at);
    cumulative[at] = sum;
  });
  return { entries, cumulative };
}

/** `stream` separates sequences of one seed, so that more draws from one of them do not change the others. */
export function createRandom(seed: number, stream = ""): Random {
  const next = seededRandom(seed ^ fnv1a(stream));
  const int = (n: number): number => Math.floor(next() * n);
  return {
    next,
    int,
    chance: (p) => next() < p,
    exponential: (mean) => -mean * Math.log(1 - next()),
    pick: (list) => {
      if (list.length === 0) throw new RangeError("cannot pick from an empty list");
      return list[int(list.length)] as (typeof list)[number];
    },
    weighted: ({ entries, cumulative }) => {
      const total = cumulative.at(-1) ?? 0;
      return total > 0 ? entries[firstAbove(cumulative, next() * total)] : undefined;
    },
  };
}

function firstAbove(cumulative: Float64Array, value: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns a stable 32-bit hash of a name. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
