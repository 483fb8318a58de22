/**
 * Counts homepage-only nights by day, hour and number of reads, and beside them the nights of evident
 * viewers.
 */
import { correlatedPosts } from "./actor-nights.ts";
import { dayOfNight, hourOfSlot, isBare, nightShape } from "./habits.ts";
import type { Rollup } from "./rollup.ts";

export const HOURS = 24;
/** Nights with more reads than this are counted as one class. */
export const MAX_READS = 15;

export type VisitGrid = {
  readonly days: number;
  /**
   * By day: 1 when the log has all of it. A day without calls, or with a part of them, is unknown, not quiet.
   */
  readonly hasLog: Uint8Array;
  /**
   * Homepage-only nights without a POST that begin in that hour. `reads` beyond {@link MAX_READS} count as
   * that number.
   */
  readonly bare: (day: number, hour: number, reads: number) => number;
  /** The same, summed over all numbers of reads. */
  readonly bareInHour: (day: number, hour: number) => number;
  /** Nights over all days that begin in that hour and open more than the homepage, or post. */
  readonly viewing: (hour: number) => number;
};

/** Counts the nights of the actors that `counts` selects, on days that the log has as a whole. */
export function countVisits(
  { calendar, actors }: Rollup,
  isPartial: Uint8Array,
  counts: (actor: number) => boolean = () => true,
): VisitGrid {
  const days = calendar.days.length;
  const columns = actors.columns();
  const cell = (day: number, hour: number, reads: number): number =>
    (day * HOURS + hour) * (MAX_READS + 1) + Math.min(reads, MAX_READS);
  const visits = new Float64Array(cell(days, 0, 0));
  const viewing = new Float64Array(HOURS);
  const hasLog = new Uint8Array(days);
  for (let actor = 0; actor < actors.actors(); actor += 1) {
    if (!counts(actor)) continue;
    for (let at = actors.latest(actor); at >= 0; at = columns.previous[at]!) {
      const shape = nightShape(columns, at);
      const day = dayOfNight(columns.night[at]!, shape);
      if (shape.first < 0 || day < 0 || day >= days || isPartial[day] === 1) continue;
      hasLog[day] = 1;
      const hour = hourOfSlot(shape.first);
      if (isBare(columns, at) && correlatedPosts(columns, at) === 0)
        visits[cell(day, hour, columns.reads[at]!)]! += 1;
      else viewing[hour]! += 1;
    }
  }
  return {
    days,
    hasLog,
    bare: (day, hour, reads) => visits[cell(day, hour, reads)]!,
    bareInHour: (day, hour) =>
      visits.subarray(cell(day, hour, 0), cell(day, hour + 1, 0)).reduce((sum, some) => sum + some, 0),
    viewing: (hour) => viewing[hour]!,
  };
}

/** By actor: 1 when it has no night before `day`, a position in the calendar. */
export function newSince({ actors }: Rollup, day: number): Uint8Array {
  const columns = actors.columns();
  const isNew = new Uint8Array(actors.actors()).fill(1);
  for (let actor = 0; actor < isNew.length; actor += 1) {
    for (let at = actors.latest(actor); at >= 0 && isNew[actor] === 1; at = columns.previous[at]!) {
      // Night `n` begins at noon of day n − 1.
      if (columns.night[at]! < day) isNew[actor] = 0;
    }
  }
  return isNew;
}
