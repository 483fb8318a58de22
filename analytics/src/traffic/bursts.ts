/** Minutes with far more calls than the hour around them: a burst, and how much of it calls itself a robot. Pure. */
import { SLOT_MINUTES } from "./actor-nights.ts";
import type { CallCounts } from "./call-counts.ts";

export type Burst = {
  /** Minutes since the calendar's start. */
  readonly from: number;
  readonly minutes: number;
  /** Without the suspects', who have nights of their own. */
  readonly calls: number;
  readonly peakPerMinute: number;
  /** The median of the hour before or the hour after, whichever is more. */
  readonly usualPerMinute: number;
  /** Of its calls, those of crawlers and tools by their own name. */
  readonly robotShare: number;
};

const AROUND_MINUTES = 60;
/** Times the usual, and that plus so many standard deviations of a Poisson count: chance and quiet nights do not make it. */
const TIMES = 3;
const SIGMAS = 8;
const LEAST_CALLS = 30;
/** What lasts longer is no burst but a busy hour. */
const LONGEST_MINUTES = 25;
const GAP_MINUTES = 2;

/** Most calls beyond the usual first. `suspectsByTen`: see baselines.ts; within ten minutes, their part is taken to be the same in every minute. */
export function findBursts({ bySecond, robotsByMinute }: CallCounts, suspectsByTen: Float64Array): Burst[] {
  const all = Float64Array.from(robotsByMinute, (_, minute) => sum(bySecond, minute * 60, minute * 60 + 60));
  const perMinute = all.map((calls, minute) => {
    const ten = Math.floor(minute / SLOT_MINUTES);
    const total = sum(all, ten * SLOT_MINUTES, (ten + 1) * SLOT_MINUTES);
    return total === 0 ? 0 : calls * Math.max(0, 1 - (suspectsByTen[ten] ?? 0) / total);
  });
  const hourFrom = (minute: number): number =>
    upperMedian(perMinute.subarray(Math.max(0, minute), Math.max(0, minute) + AROUND_MINUTES));
  // Of the hour before and the hour after, the busier: a rush that stays is no burst.
  const usualAt = (minute: number): number =>
    Math.max(hourFrom(minute - AROUND_MINUTES), hourFrom(minute + 1));
  const spans: { from: number; to: number }[] = [];
  for (let minute = 0; minute < perMinute.length; minute += 1) {
    if (perMinute[minute]! <= LEAST_CALLS) continue;
    const level = usualAt(minute);
    if (perMinute[minute]! <= TIMES * level + SIGMAS * Math.sqrt(level) + LEAST_CALLS) continue;
    const last = spans.at(-1);
    if (last !== undefined && minute - last.to <= GAP_MINUTES) last.to = minute + 1;
    else spans.push({ from: minute, to: minute + 1 });
  }
  return spans
    .filter(({ from, to }) => to - from <= LONGEST_MINUTES)
    .map(({ from, to }) => {
      const calls = sum(perMinute, from, to);
      return {
        from,
        minutes: to - from,
        calls: Math.round(calls),
        peakPerMinute: Math.round(
          perMinute.subarray(from, to).reduce((most, value) => Math.max(most, value), 0),
        ),
        usualPerMinute: Math.round(usualAt(from)),
        robotShare: sum(robotsByMinute, from, to) / sum(all, from, to),
      };
    })
    .toSorted((a, b) => excess(b) - excess(a) || a.from - b.from);
}

function excess({ calls, minutes, usualPerMinute }: Burst): number {
  return calls - minutes * usualPerMinute;
}

/** Of an even number, the greater of the middle two. */
function upperMedian(values: Float64Array): number {
  return values.toSorted()[values.length >> 1] ?? 0;
}

function sum(values: Uint32Array | Float64Array, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at += 1) total += values[at]!;
  return total;
}
