/**
 * The night from which on visits that only open the homepage became more, and in which hours and numbers of reads: who does
 * what thousands suddenly began to do together is told from the kiosks and televisions that have always been there.
 */
import { correlatedPosts } from "./actor-nights.ts";
import { weekdayOf } from "./calendar.ts";
import { findSteps, type Step } from "./change-points.ts";
import { dayOfNight, hourOfPlace, isBare, nightShape } from "./habits.ts";
import type { Rollup } from "./rollup.ts";

export type Onset = {
  /** Position in the calendar's days; undefined: there is no such step. */
  readonly stepDay: number | undefined;
  /** The rise it was seen in: such visits a day. */
  readonly step: Step | undefined;
  /**
   * For this hour and number of reads: of such visits since the step, those that are more than before over those that are not, in
   * bits. Chance aside, these are the odds that a visit came with the step: one minus the local false discovery rate, over it
   * (B. Efron, "Large-Scale Inference", 2010, chapter 5), with the nights before the step as the null.
   */
  readonly bitsOf: (hour: number, reads: number) => number;
};

const HOURS = 24;
/** More reads a night than this are one class. */
const MOST_READS = 15;
const MOST_BITS = 6;
/** In so many days without a step nobody came, and habits are as old as the log. In fewer, nothing is told. */
const LEAST_DAYS = 10;
/** Fewer visits a night than this have no step worth a look. */
const LEAST_MEAN = 20;
/** Less than this is growth, and no arrival of anybody. */
const LEAST_RATIO = 1.5;
/** Without any visits of a kind before the step, one is counted: the ratio is of estimates. */
const PRIOR_VISITS = 1;

export function findOnset({ calendar, actors }: Rollup): Onset {
  const { days } = calendar;
  const columns = actors.columns();
  const cell = (day: number, hour: number, reads: number): number =>
    (day * HOURS + hour) * (MOST_READS + 1) + Math.min(reads, MOST_READS);
  const visits = new Float64Array(cell(days.length, 0, 0));
  const alive = new Uint8Array(days.length);
  for (let at = 0; at < actors.size(); at += 1) {
    const shape = nightShape(columns, at);
    const day = dayOfNight(columns.night[at]!, shape);
    if (shape.first < 0 || day < 0 || day >= days.length) continue;
    alive[day] = 1;
    if (!isBare(columns, at) || correlatedPosts(columns, at) > 0) continue;
    visits[cell(day, hourOfPlace(shape.first), columns.reads[at]!)]! += 1;
  }
  const sumOf = (day: number, hour: number): number =>
    visits.subarray(cell(day, hour, 0), cell(day, hour + 1, 0)).reduce((sum, some) => sum + some, 0);
  const byHour = Array.from({ length: HOURS }, (_, hour) => days.map((__, day) => sumOf(day, hour)));
  const whole = days.map((_, day) => byHour.reduce((sum, series) => sum + series[day]!, 0));
  const step = strongestRise([whole, ...byHour], alive, days);
  const stepDay = step?.at;
  const mean = (from: number, to: number, hour: number, reads: number): number => {
    let [sum, count] = [0, 0];
    for (let day = from; day < to; day += 1) {
      sum += visits[cell(day, hour, reads)]!;
      count += alive[day]!;
    }
    return (sum + PRIOR_VISITS) / Math.max(1, count);
  };
  return {
    stepDay,
    step,
    bitsOf: (hour, reads) =>
      stepDay === undefined
        ? days.length < LEAST_DAYS
          ? 0
          : -MOST_BITS
        : oddsBits(mean(0, stepDay, hour, reads), mean(stepDay, days.length, hour, reads)),
  };
}

/** Held at −{@link MOST_BITS}, where there are no more than before. */
function oddsBits(before: number, after: number): number {
  return Math.log2(Math.max(after / before - 1, 2 ** -MOST_BITS));
}

function strongestRise(
  series: readonly (readonly number[])[],
  alive: Uint8Array,
  days: readonly string[],
): Step | undefined {
  const weekdays = days.map(weekdayOf);
  const steps = series
    .filter((values) => values.reduce((sum, value) => sum + value, 0) >= LEAST_MEAN * days.length)
    .flatMap((values) =>
      findSteps(
        // A day on which the log has nothing at all is unknown, and not quiet.
        values.map((value, day) => (alive[day] === 0 ? undefined : Math.log(value + 1))),
        weekdays,
      ),
    );
  return steps
    .filter(({ before, after }) => after - before >= Math.log(LEAST_RATIO))
    .toSorted((a, b) => b.z - a.z)
    .at(0);
}
