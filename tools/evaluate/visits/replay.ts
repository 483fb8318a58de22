/** Replays visits: each gets the page as it would have been there, built from the past alone. */
import { metricsOf, type Metrics } from "../warm/metrics.ts";
import { SlidingPages } from "./sliding-pages.ts";
import type { Visits } from "./visit-table.ts";
import type { Division } from "./visit-tree.ts";

export type Pages = {
  /** Pages are rebuilt so often, and stay as they are in between. */
  readonly everyS: number;
  /** What was played within this time before the rebuild counts. */
  readonly windowS: number;
};

/** How well each of `sample`, visits in ascending order, finds its item on its page. */
export function replay(
  visits: Visits,
  division: Division,
  { everyS, windowS }: Pages,
  sample: Uint32Array,
): Metrics[] {
  const startS = (visits.timesS[sample[0] ?? 0] ?? 0) - everyS - windowS;
  const pages = new SlidingPages(visits, division, windowS, firstFrom(visits.timesS, startS));
  return Array.from(sample, (visit) => {
    const timeS = visits.timesS[visit]!;
    pages.rebuild(timeS - (timeS % everyS));
    return metricsOf(pages.ranking(division.nodeOf[visit]!), new Set([visits.items[visit]!]));
  });
}

/** The first visit at or after this time. */
export function firstFrom(timesS: Uint32Array, atS: number): number {
  let [low, high] = [0, timesS.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesS[middle]! < atS) low = middle + 1;
    else high = middle;
  }
  return low;
}
