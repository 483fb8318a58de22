/**
 * Finds the night from which on homepage-only visits became more frequent, and the hours and numbers of reads
 * in which they did. So behaviour that thousands of actors suddenly began together can be distinguished from
 * that of kiosks and televisions, which were always there or come a few each night.
 */
import { median } from "@spillway/kit/statistics.ts";
import type { Step } from "./change-points.ts";
import type { Rollup } from "./rollup.ts";
import { countVisits, HOURS, MAX_READS, newSince, type VisitGrid } from "./visit-grid.ts";
import { strongestRise } from "./visit-rises.ts";

export type Onset = {
  /** Position in the calendar's days; undefined when there is no such step. */
  readonly stepDay: number | undefined;
  /** Days before this one are certainly from before the step; 0 without a step. */
  readonly knownUntil: number;
  /** The step in the number of such visits a day. */
  readonly step: Step | undefined;
  /**
   * What visits are compared with: the nights before the step, or other hours when the log has no such
   * nights.
   */
  readonly reference: "before-step" | "other-hours" | "none";
  /**
   * Returns bits for an hour and a number of reads: the log odds that such a visit since the step belongs to
   * the excess over the expected visits. The odds are (1 − fdr) / fdr with the local false discovery rate fdr
   * (B. Efron, "Large-Scale Inference", 2010, chapter 5). The empirical null (chapter 6) is the nights before
   * the step, scaled by general growth. `own` of the visits are the examined actor's; they are left out,
   * because one actor is not a crowd.
   */
  readonly bitsOf: (hour: number, reads: number, own: number) => number;
  readonly grid: VisitGrid;
};

/** This equals the prior: all but one in a thousand of such visits came with the step. */
const MAX_BITS = 10;
const MIN_BITS = -6;
/**
 * When nobody came within this many days, habits are as old as the log. In a shorter log, hours are compared.
 */
const MIN_DAYS = 10;
/** At least this share of all other visits is taken to be by new ids, even if there are almost none. */
const MIN_NEW_SHARE = 0.2;
/**
 * Some of those who come with the step may be this many nights early, since fleets grow and pause at
 * weekends.
 */
const EARLY_NIGHTS = 5;
/** One visit of a kind is added, so that ratios of small counts are defined. */
const PRIOR_VISITS = 1;

/** `isPartial` is by day. */
export function findOnset(rollup: Rollup, isPartial: Uint8Array): Onset {
  const grid = countVisits(rollup, isPartial);
  const step = strongestRise(grid, rollup.calendar.days);
  if (step !== undefined) {
    const knownUntil = firstEarlyDay(step.at, grid.hasLog);
    const bitsOf = againstBefore(rollup, grid, step.at, knownUntil, isPartial);
    return { stepDay: step.at, knownUntil, step, reference: "before-step", bitsOf, grid };
  }
  const unknown = { stepDay: undefined, knownUntil: 0, step: undefined, grid };
  if (grid.days < MIN_DAYS) return { ...unknown, reference: "other-hours", bitsOf: againstOtherHours(grid) };
  return { ...unknown, reference: "none", bitsOf: () => MIN_BITS };
}

/**
 * Returns the first day that may have early visits of the step. In a short history, half of the days count as
 * early.
 */
function firstEarlyDay(stepDay: number, hasLog: Uint8Array): number {
  const history = hasLog.subarray(0, stepDay).reduce((sum, day) => sum + day, 0);
  let early = Math.min(EARLY_NIGHTS, Math.floor(history / 2));
  let day = stepDay;
  while (early > 0) early -= hasLog[--day]!;
  return day;
}

/**
 * A number of visits, and of nights. One id may have come on each night, so n visits are at least n / nights
 * ids.
 */
type Sample = { readonly visits: number; readonly nights: number };

function sampleOf(grid: VisitGrid, from: number, to: number, hour: number, reads: number): Sample {
  let [visits, nights] = [0, 0];
  for (let day = from; day < to; day += 1) {
    visits += grid.bare(day, hour, reads);
    nights += grid.hasLog[day]!;
  }
  return { visits, nights: Math.max(1, nights) };
}

const perNight = ({ visits, nights }: Sample): number => visits / nights;
/** A Poisson number of ids, minus one standard error. */
const atLeast = ({ visits, nights }: Sample): number =>
  Math.max(0, visits - Math.sqrt(visits * nights)) / nights;
const atMost = ({ visits, nights }: Sample): number =>
  (visits + Math.sqrt(visits * nights) + PRIOR_VISITS) / nights;

function withoutOwn({ visits, nights }: Sample, own: number): Sample {
  return { visits: Math.max(0, visits - own), nights };
}

/**
 * Compares new ids since the step with the number expected if nobody had come: visits before the step, times
 * general growth, times the usual share of visits by new ids.
 */
function againstBefore(
  rollup: Rollup,
  grid: VisitGrid,
  stepDay: number,
  known: number,
  isPartial: Uint8Array,
): Onset["bitsOf"] {
  const isNew = newSince(rollup, known);
  const newcomers = countVisits(rollup, isPartial, (actor) => isNew[actor] === 1);
  const before = everyCell((hour, reads) => sampleOf(grid, 0, known, hour, reads));
  const since = everyCell((hour, reads) => sampleOf(grid, stepDay, grid.days, hour, reads));
  const sinceNew = everyCell((hour, reads) => ({
    ...sampleOf(newcomers, stepDay, grid.days, hour, reads),
    nights: since[cellOf(hour, reads)]!.nights,
  }));
  const usual = (ratioOf: (at: number) => number): number =>
    weightedMedian(before.map(({ visits }, at) => ({ weight: visits, value: ratioOf(at) })));
  // Traffic is assumed not to shrink.
  const growth = Math.max(
    1,
    usual((at) => perNight(since[at]!) / perNight(before[at]!)),
  );
  const newShare = Math.max(
    MIN_NEW_SHARE,
    usual((at) => (sinceNew[at]!.visits + PRIOR_VISITS) / (since[at]!.visits + PRIOR_VISITS)),
  );
  return (hour, reads, own) => {
    const at = cellOf(hour, reads);
    return oddsBits(growth * newShare * atMost(before[at]!), atLeast(withoutOwn(sinceNew[at]!, own)));
  };
}

/**
 * The median weighted by visits before the step, so that behaviour that came with it has almost no weight. It
 * is 1 for no values.
 */
function weightedMedian(values: readonly { readonly weight: number; readonly value: number }[]): number {
  const sorted = values.filter(({ weight }) => weight > 0).toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  return sorted.find(({ weight }) => (below += weight) >= half)?.value ?? 1;
}

/**
 * At least this many screens of one kind are expected for each viewer of an hour, since several kiosks may be
 * set to the same hour.
 */
const MIN_SCREENS_PER_VIEWER = 0.1;

/**
 * The comparison in a log that is too short for a step. Few televisions are expected when viewers are few:
 * the ratio of such visits to viewers is that of the median hour.
 */
function againstOtherHours(grid: VisitGrid): Onset["bitsOf"] {
  const all = everyCell((hour, reads) => sampleOf(grid, 0, grid.days, hour, reads));
  const hours = Array.from({ length: HOURS }, (_, hour) => hour);
  const perViewer = Array.from({ length: MAX_READS + 1 }, (_, reads) =>
    median(hours.map((hour) => all[cellOf(hour, reads)]!.visits / (grid.viewing(hour) + PRIOR_VISITS))),
  );
  return (hour, reads, own) => {
    const sample = all[cellOf(hour, reads)]!;
    const screensPerViewer = Math.max(MIN_SCREENS_PER_VIEWER, perViewer[Math.min(reads, MAX_READS)]!);
    const expected = screensPerViewer * grid.viewing(hour);
    return oddsBits(atMost({ ...sample, visits: expected }), atLeast(withoutOwn(sample, own)));
  };
}

function everyCell<Value>(valueOf: (hour: number, reads: number) => Value): Value[] {
  return Array.from({ length: HOURS * (MAX_READS + 1) }, (_, at) =>
    valueOf(Math.floor(at / (MAX_READS + 1)), at % (MAX_READS + 1)),
  );
}

function cellOf(hour: number, reads: number): number {
  return hour * (MAX_READS + 1) + Math.min(reads, MAX_READS);
}

/**
 * The result lies between {@link MIN_BITS}, when there are no more visits than expected, and {@link
 * MAX_BITS}.
 */
function oddsBits(expected: number, seen: number): number {
  const odds = seen / expected - 1;
  return Math.min(MAX_BITS, Math.log2(Math.max(odds, 2 ** MIN_BITS)));
}
