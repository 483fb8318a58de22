/** Pages as they stand at an instant: for each cluster what was played within a window before, most first. */
import { topK } from "@spillway/model/scoring/top-k.ts";
import { DEPTH } from "../warm/metrics.ts";
import type { Visits } from "./visit-table.ts";
import type { Division } from "./visit-tree.ts";

const NOTHING = new Uint32Array(0);

/**
 * The share of an item in a cluster's visits, shrunk towards its parent's as the shipped pages are
 * (model/src/clusters/mean-histories.ts): (count + prior · parent's share) ÷ (visits + prior).
 */
export class SlidingPages {
  readonly #visits: Visits;
  readonly #division: Division;
  readonly #windowS: number;
  readonly #counts: Map<number, number>[];
  readonly #totals: Float64Array;
  /** The place of each item among the root's, for one instant. */
  readonly #places: Int32Array;
  #from = 0;
  #to = 0;
  #rootItems: number[] | undefined;
  readonly #shares = new Map<number, Float32Array>();
  readonly #rankings = new Map<number, Uint32Array>();

  /** Counts begin at visit `first`. */
  constructor(visits: Visits, division: Division, windowS: number, first: number) {
    this.#visits = visits;
    this.#division = division;
    this.#windowS = windowS;
    this.#counts = Array.from(division.parents, () => new Map<number, number>());
    this.#totals = new Float64Array(division.parents.length);
    this.#places = new Int32Array(visits.itemCount).fill(-1);
    this.#from = this.#to = first;
  }

  /** The pages are built anew from the visits in [atS − window, atS). Time only goes on. */
  rebuild(atS: number): void {
    const { timesS } = this.#visits;
    const startS = atS - this.#windowS;
    const [from, to] = [this.#from, this.#to];
    while (this.#to < timesS.length && timesS[this.#to]! < atS) this.#count(this.#to++, 1);
    while (this.#from < this.#to && timesS[this.#from]! < startS) this.#count(this.#from++, -1);
    if (from === this.#from && to === this.#to) return;
    this.#rankings.clear();
    this.#shares.clear();
    this.#rootItems = undefined;
  }

  /** The best items of a cluster's page, at most {@link DEPTH}. */
  ranking(node: number): Uint32Array {
    const known = this.#rankings.get(node);
    if (known !== undefined) return known;
    const items = this.#itemsNow();
    const ranking =
      items.length === 0 ? NOTHING : topK(this.#sharesOf(node), DEPTH).map((place) => items[place]!);
    this.#rankings.set(node, ranking);
    return ranking;
  }

  #itemsNow(): number[] {
    if (this.#rootItems === undefined) {
      this.#rootItems = [...(this.#counts[0]?.keys() ?? [])];
      this.#rootItems.forEach((item, place) => (this.#places[item] = place));
    }
    return this.#rootItems;
  }

  #sharesOf(node: number): Float32Array {
    const known = this.#shares.get(node);
    if (known !== undefined) return known;
    const { parents, priors } = this.#division;
    const parent = parents[node] ?? -1;
    const prior = parent < 0 ? 0 : (priors[node] ?? 0);
    const weight = (this.#totals[node] ?? 0) + prior;
    const scale = weight === 0 ? 0 : 1 / weight;
    const shares =
      parent < 0
        ? new Float32Array(this.#itemsNow().length)
        : this.#sharesOf(parent).map((share) => share * (weight === 0 ? 1 : prior * scale));
    for (const [item, count] of this.#counts[node] ?? []) shares[this.#places[item]!]! += count * scale;
    this.#shares.set(node, shares);
    return shares;
  }

  #count(visit: number, by: 1 | -1): void {
    const { parents, nodeOf } = this.#division;
    const item = this.#visits.items[visit]!;
    for (let node = nodeOf[visit]!; node >= 0; node = parents[node]!) {
      const counts = this.#counts[node]!;
      const count = (counts.get(item) ?? 0) + by;
      if (count === 0) counts.delete(item);
      else counts.set(item, count);
      this.#totals[node]! += by;
    }
  }
}
