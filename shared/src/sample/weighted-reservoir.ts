/**
 * A sample of a stream in bounded memory, in which some items are more important than others and every total
 * comes out unbiased. Pure: draws are passed in.
 *
 * Each item gets a rank, exponential with its importance as the rate; those with the smallest ranks are kept. This is
 * A-Res of P. Efraimidis and P. Spirakis (Weighted random sampling with a reservoir, 2006), and between two items
 * that enter it jumps as their A-ExpJ does: what passes by costs a subtraction and a comparison. Given the smallest
 * rank that did not fit, τ, an item of importance v was kept with probability 1 − e^(−vτ): one over it is how many
 * items it stands for (E. Cohen and H. Kaplan, Summarizing data using bottom-k sketches, 2007). That holds for a bound
 * in bytes too (D. Ting, Adaptive threshold sampling, 2022). An item's importance must not depend on earlier draws.
 */

/** From 0, included, to 1. */
export type Draw = () => number;

export type ReservoirBounds = { readonly maxItems: number; readonly maxBytes: number };

export type Weighted<Item> = { readonly item: Item; readonly weight: number };

type Kept<Item> = {
  readonly item: Item;
  readonly importance: number;
  readonly rank: number;
  readonly bytes: number;
};

export class WeightedReservoir<Item> {
  readonly #bounds: ReservoirBounds;
  readonly #draw: Draw;
  /** By rank, ascending. */
  #kept: Kept<Item>[] = [];
  #bytes = 0;
  /** The smallest rank that did not fit. */
  #threshold = Number.POSITIVE_INFINITY;
  /** The importance that goes by until the next item enters. */
  #left = 0;

  constructor(bounds: ReservoirBounds, draw: Draw) {
    this.#bounds = bounds;
    this.#draw = draw;
  }

  /** True for an item that does not enter. Whoever gets false must `put` it. Importances are above 0. */
  passesBy(importance: number): boolean {
    this.#left -= importance;
    return this.#left > 0;
  }

  put(item: Item, importance: number, bytes: number): void {
    const kept = { item, importance, rank: rankBelow(this.#threshold, importance, this.#draw()), bytes };
    this.#kept.splice(placeOf(this.#kept, kept.rank), 0, kept);
    this.#bytes += bytes;
    while (this.#kept.length > this.#bounds.maxItems || this.#bytes > this.#bounds.maxBytes) {
      const last = this.#kept.pop();
      if (last === undefined) break;
      this.#bytes -= last.bytes;
      this.#threshold = last.rank;
    }
    this.#jump();
  }

  /** What is kept, and how many items each stands for. Afterwards nothing is kept. */
  drain(): Weighted<Item>[] {
    const threshold = this.#threshold;
    const drained = this.#kept.map(({ item, importance }) => ({
      item,
      weight: weightOf(importance, threshold),
    }));
    this.#kept = [];
    this.#bytes = 0;
    this.#threshold = Number.POSITIVE_INFINITY;
    this.#left = 0;
    return drained;
  }

  #jump(): void {
    this.#left =
      this.#threshold === Number.POSITIVE_INFINITY ? 0 : exponential(this.#draw()) / this.#threshold;
  }
}

/** How many of them have a smaller rank. */
function placeOf(kept: readonly { readonly rank: number }[], rank: number): number {
  let [from, until] = [0, kept.length];
  while (from < until) {
    const middle = (from + until) >>> 1;
    if ((kept[middle]?.rank ?? 0) < rank) from = middle + 1;
    else until = middle;
  }
  return from;
}

/** The rank of an item: exponential with the rate `importance`. */
export function rankOf(importance: number, draw: number): number {
  return exponential(draw) / importance;
}

/** How many items one stands for that was kept since its rank was below `threshold`. */
export function weightOf(importance: number, threshold: number): number {
  return -1 / Math.expm1(-importance * threshold);
}

/** As {@link rankOf}, given that the rank is below `threshold`. */
function rankBelow(threshold: number, importance: number, draw: number): number {
  return -Math.log1p(draw * Math.expm1(-importance * threshold)) / importance;
}

/** Exponential with rate 1. */
function exponential(draw: number): number {
  return -Math.log1p(-draw);
}
