/** Finds the strongest rise of homepage-only visits, in total and by hour. Pure. */
import { weekdayOf } from "./calendar.ts";
import { findSteps, type Step } from "./change-points.ts";
import { HOURS, type VisitGrid } from "./visit-grid.ts";

/** A series with fewer visits a night is not searched for steps. */
const MIN_MEAN = 20;
/** A smaller rise is growth, not an arrival. */
const MIN_RATIO = 1.5;
/** Scrapers may come every other night, or at weekends, so the highest night of a week is examined, too. */
const WEEK_NIGHTS = 7;
/** The weekly rise must be this many times the nightly one to be preferred. */
const MUCH_MORE = 2;
/** This share of the nights after the step must be nearer to the new level than to the old one. */
const MIN_HIGH_SHARE = 2 / 3;
/** This many such nights are needed, since fewer may be a single event. */
const MIN_HIGH_NIGHTS = 3;
/** A weekly rise must be this high, because the highest of seven nights hides the usual level. */
const MIN_HELD_RATIO = 3;

/** Returns the rise with the highest z, or undefined when there is none. `days` are the dates of the grid. */
export function strongestRise(grid: VisitGrid, days: readonly string[]): Step | undefined {
  const byHour = Array.from({ length: HOURS }, (_, hour) =>
    days.map((__, day) => grid.bareInHour(day, hour)),
  );
  const whole = days.map((_, day) => byHour.reduce((sum, series) => sum + series[day]!, 0));
  const series = [whole, ...byHour].filter(
    (values) => values.reduce((sum, value) => sum + value, 0) >= MIN_MEAN * days.length,
  );
  const weekdays = days.map(weekdayOf);
  const rises = series.flatMap((values) => {
    const nightly = strongest(risesOf(values, 1, grid.hasLog, weekdays));
    const weekly = strongest(risesOf(values, WEEK_NIGHTS, grid.hasLog, weekdays));
    if (nightly === undefined || weekly === undefined) return nightly ?? weekly ?? [];
    const isMore = sizeOf(weekly) > sizeOf(nightly) + Math.log(MUCH_MORE);
    // One outlier night in the week before does not belong to the step.
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

/** The number of nights from the step to `until` that are nearer to the level after it. */
function highNights(values: readonly number[], { at, before, after }: Step, until: number): number {
  return values.slice(at, until).filter((value) => Math.log(value + 1) > (before + after) / 2).length;
}

/** Finds the rises in the maximum over each `nights` nights. */
function risesOf(
  values: readonly number[],
  nights: number,
  hasLog: Uint8Array,
  weekdays: readonly number[],
): Step[] {
  const held = values.map((_, day) => Math.max(...values.slice(Math.max(0, day - nights + 1), day + 1)));
  const steps = findSteps(
    held.map((value, day) => (hasLog[day] === 0 ? undefined : Math.log(value + 1))),
    // The maximum of several nights has no weekday.
    nights === 1 ? weekdays : weekdays.map(() => 0),
  );
  return steps.filter((step, place) => {
    const until = steps[place + 1]?.at ?? values.length;
    const known = hasLog.subarray(step.at, until).reduce((sum, night) => sum + night, 0);
    if (highNights(held, step, until) < MIN_HIGH_SHARE * known) return false;
    if (nights === 1) return sizeOf(step) >= Math.log(MIN_RATIO);
    return sizeOf(step) >= Math.log(MIN_HELD_RATIO) && highNights(values, step, until) >= MIN_HIGH_NIGHTS;
  });
}
