/**
 * The night from which on visits that only open the homepage became more, and in which hours and numbers of reads: who does
 * what thousands suddenly began to do together is told from the kiosks and televisions that have always been there, and from
 * those that come new, a few each night.
 */
import { median } from "@spillway/kit/statistics.ts";
import { weekdayOf } from "./calendar.ts";
import { findSteps, type Step } from "./change-points.ts";
import type { Rollup } from "./rollup.ts";
import { countVisits, HOURS, MOST_READS, newSince, type VisitGrid } from "./visit-grid.ts";

export type Onset = {
  /** Position in the calendar's days; undefined: there is no such step. */
  readonly stepDay: number | undefined;
  /** Days before this one are from before the step for sure; 0 without a step. */
  readonly knownUntil: number;
  /** The rise it was seen in: such visits a day. */
  readonly step: Step | undefined;
  /** What visits are more than: those of the nights before the step, or, in a log without them, what other hours let expect. */
  readonly against: "before" | "other-hours" | "nothing";
  /**
   * For this hour and number of reads: of such visits since the step, those that are more than was to be expected over those
   * that are not, in bits. These are the odds that a visit came with the step: one minus the local false discovery rate, over it
   * (B. Efron, "Large-Scale Inference", 2010, chapter 5), with the nights before the step, and what else grew since, as the
   * empirical null (chapter 6). `own` of them are the actor's that is asked about: alone, it is no crowd.
   */
  readonly bitsOf: (hour: number, reads: number, own: number) => number;
};

/** As much as the prior takes: of such visits all but one in a thousand came with the step. */
const MOST_BITS = 10;
const LEAST_BITS = -6;
/** In so many days without a step nobody came, and habits are as old as the log. In fewer, hours are compared. */
const LEAST_DAYS = 10;
/** Fewer visits a night than this have no step worth a look. */
const LEAST_MEAN = 20;
/** Less than this is growth, and no arrival of anybody. */
const LEAST_RATIO = 1.5;
/** Who comes every other night, or at weekends, is looked for in the highest of a week. */
const WEEK_NIGHTS = 7;
/** It has to show so much more than the nights do. */
const MUCH_MORE = 2;
/** Of the nights of the new level, so many are nearer to it than to the old one. */
const LEAST_HIGH_SHARE = 2 / 3;
/** Of such nights so many have to be high, or it was an evening's event. */
const LEAST_HIGH_NIGHTS = 3;
/** And by so much, as the highest of seven nights hides what is usual. */
const LEAST_HELD_RATIO = 3;
/** Of all else, so many are held to be new ids, even where next to none are. */
const LEAST_NEW_SHARE = 0.2;
/** Who comes with the step may be a few nights early: fleets grow, and stay away at weekends. */
const EARLY_NIGHTS = 5;
/** Without any visits of a kind, one is counted: the ratio is of estimates. */
const PRIOR_VISITS = 1;

export function findOnset(rollup: Rollup): Onset {
  const grid = countVisits(rollup);
  const step = strongestRise(grid, rollup.calendar.days);
  if (step !== undefined) {
    const knownUntil = wellBefore(step.at, grid.alive);
    const bitsOf = againstBefore(rollup, grid, step.at, knownUntil);
    return { stepDay: step.at, knownUntil, step, against: "before", bitsOf };
  }
  const unknown = { stepDay: undefined, knownUntil: 0, step: undefined };
  if (grid.days < LEAST_DAYS) return { ...unknown, against: "other-hours", bitsOf: againstOtherHours(grid) };
  return { ...unknown, against: "nothing", bitsOf: () => LEAST_BITS };
}

/** As many days that the log has before the step as may be of early ones; of a short history, half. */
function wellBefore(stepDay: number, alive: Uint8Array): number {
  const history = alive.subarray(0, stepDay).reduce((sum, day) => sum + day, 0);
  let early = Math.min(EARLY_NIGHTS, Math.floor(history / 2));
  let day = stepDay;
  while (early > 0) early -= alive[--day]!;
  return day;
}

/** Visits, and how many nights they are of: an id may have come on each of these, so that n visits are n / nights ids at least. */
type Sample = { readonly visits: number; readonly nights: number };

function sampleOf(grid: VisitGrid, from: number, to: number, hour: number, reads: number): Sample {
  let [visits, nights] = [0, 0];
  for (let day = from; day < to; day += 1) {
    visits += grid.bare(day, hour, reads);
    nights += grid.alive[day]!;
  }
  return { visits, nights: Math.max(1, nights) };
}

const perNight = ({ visits, nights }: Sample): number => visits / nights;
/** One standard error of a Poisson number of ids away. */
const atLeast = ({ visits, nights }: Sample): number =>
  Math.max(0, visits - Math.sqrt(visits * nights)) / nights;
const atMost = ({ visits, nights }: Sample): number =>
  (visits + Math.sqrt(visits * nights) + PRIOR_VISITS) / nights;

function withoutOwn({ visits, nights }: Sample, own: number): Sample {
  return { visits: Math.max(0, visits - own), nights };
}

/**
 * Ids that are new since the step, beside as many of them as there would be had nobody come: visits before it, times what all
 * else grew, times the part of all else that is by new ids.
 */
function againstBefore(rollup: Rollup, grid: VisitGrid, stepDay: number, known: number): Onset["bitsOf"] {
  const isNew = newSince(rollup, known);
  const newcomers = countVisits(rollup, (actor) => isNew[actor] === 1);
  const before = everyCell((hour, reads) => sampleOf(grid, 0, known, hour, reads));
  const since = everyCell((hour, reads) => sampleOf(grid, stepDay, grid.days, hour, reads));
  const sinceNew = everyCell((hour, reads) => ({
    ...sampleOf(newcomers, stepDay, grid.days, hour, reads),
    nights: since[cellOf(hour, reads)]!.nights,
  }));
  const usual = (ratioOf: (at: number) => number): number =>
    weightedMedian(before.map(({ visits }, at) => ({ weight: visits, value: ratioOf(at) })));
  // Nothing is held to shrink.
  const growth = Math.max(
    1,
    usual((at) => perNight(since[at]!) / perNight(before[at]!)),
  );
  const newShare = Math.max(
    LEAST_NEW_SHARE,
    usual((at) => (sinceNew[at]!.visits + PRIOR_VISITS) / (since[at]!.visits + PRIOR_VISITS)),
  );
  return (hour, reads, own) => {
    const at = cellOf(hour, reads);
    return oddsBits(growth * newShare * atMost(before[at]!), atLeast(withoutOwn(sinceNew[at]!, own)));
  };
}

/** 1 of none. Those before the step weigh: what came with it has next to none. */
function weightedMedian(values: readonly { readonly weight: number; readonly value: number }[]): number {
  const sorted = values.filter(({ weight }) => weight > 0).toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  return sorted.find(({ weight }) => (below += weight) >= half)?.value ?? 1;
}

/** To each viewer of an hour, so many screens of one kind are to be expected anyway: kiosks are set to the same hour, too. */
const LEAST_TO_A_VIEWER = 0.1;

/**
 * In a log too short for a step. Where viewers are few, few televisions are to be expected: as many to a viewer as in the middle one
 * of the day's hours.
 */
function againstOtherHours(grid: VisitGrid): Onset["bitsOf"] {
  const all = everyCell((hour, reads) => sampleOf(grid, 0, grid.days, hour, reads));
  const hours = Array.from({ length: HOURS }, (_, hour) => hour);
  const perViewer = Array.from({ length: MOST_READS + 1 }, (_, reads) =>
    median(hours.map((hour) => all[cellOf(hour, reads)]!.visits / (grid.viewing(hour) + PRIOR_VISITS))),
  );
  return (hour, reads, own) => {
    const sample = all[cellOf(hour, reads)]!;
    const toAViewer = Math.max(LEAST_TO_A_VIEWER, perViewer[Math.min(reads, MOST_READS)]!);
    const expected = toAViewer * grid.viewing(hour);
    return oddsBits(atMost({ ...sample, visits: expected }), atLeast(withoutOwn(sample, own)));
  };
}

function everyCell<Value>(valueOf: (hour: number, reads: number) => Value): Value[] {
  return Array.from({ length: HOURS * (MOST_READS + 1) }, (_, at) =>
    valueOf(Math.floor(at / (MOST_READS + 1)), at % (MOST_READS + 1)),
  );
}

function cellOf(hour: number, reads: number): number {
  return hour * (MOST_READS + 1) + Math.min(reads, MOST_READS);
}

/** From {@link LEAST_BITS}, where there are no more than expected, to {@link MOST_BITS}. */
function oddsBits(expected: number, seen: number): number {
  const odds = seen / expected - 1;
  return Math.min(MOST_BITS, Math.log2(Math.max(odds, 2 ** LEAST_BITS)));
}

function strongestRise(grid: VisitGrid, days: readonly string[]): Step | undefined {
  const byHour = Array.from({ length: HOURS }, (_, hour) =>
    days.map((__, day) => grid.bareInHour(day, hour)),
  );
  const whole = days.map((_, day) => byHour.reduce((sum, series) => sum + series[day]!, 0));
  const series = [whole, ...byHour].filter(
    (values) => values.reduce((sum, value) => sum + value, 0) >= LEAST_MEAN * days.length,
  );
  const weekdays = days.map(weekdayOf);
  const rises = series.flatMap((values) => {
    const nightly = strongest(risesOf(values, 1, grid.alive, weekdays));
    const weekly = strongest(risesOf(values, WEEK_NIGHTS, grid.alive, weekdays));
    if (nightly === undefined || weekly === undefined) return nightly ?? weekly ?? [];
    const isMore = sizeOf(weekly) > sizeOf(nightly) + Math.log(MUCH_MORE);
    // One wild night in the week before is none of the step's.
    const isEarlier = highNights(values, weekly, nightly.at) > 1;
    return isMore || isEarlier ? weekly : nightly;
  });
  return strongest(rises);
}

function strongest(rises: readonly Step[]): Step | undefined {
  return rises.toSorted((a, b) => b.z - a.z).at(0);
}

function sizeOf({ before, after }: Step): number {
  return after - before;
}

/** Nights from the step on, up to `until`, that are nearer to the level after it. */
function highNights(values: readonly number[], { at, before, after }: Step, until: number): number {
  return values.slice(at, until).filter((value) => Math.log(value + 1) > (before + after) / 2).length;
}

/** In the highest of each `nights` nights. */
function risesOf(
  values: readonly number[],
  nights: number,
  alive: Uint8Array,
  weekdays: readonly number[],
): Step[] {
  const held = values.map((_, day) => Math.max(...values.slice(Math.max(0, day - nights + 1), day + 1)));
  const steps = findSteps(
    held.map((value, day) => (alive[day] === 0 ? undefined : Math.log(value + 1))),
    // The highest of several nights has no weekday.
    nights === 1 ? weekdays : weekdays.map(() => 0),
  );
  return steps.filter((step, place) => {
    const until = steps[place + 1]?.at ?? values.length;
    const known = alive.subarray(step.at, until).reduce((sum, night) => sum + night, 0);
    if (highNights(held, step, until) < LEAST_HIGH_SHARE * known) return false;
    if (nights === 1) return sizeOf(step) >= Math.log(LEAST_RATIO);
    return sizeOf(step) >= Math.log(LEAST_HELD_RATIO) && highNights(values, step, until) >= LEAST_HIGH_NIGHTS;
  });
}
