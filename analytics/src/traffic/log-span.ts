/**
 * What part of the period a log covers. A day on which it begins or ends is no day to compare with others.
 */
import { localMinute } from "./calendar.ts";
import type { Rollup } from "./rollup.ts";

/** A day is whole when the part that is missing has less than this share of the other days' calls. */
const MISSING_SHARE = 0.01;
/** Where fewer calls than this would be expected, that none came is chance. */
const MISSING_CALLS = 3;
const DAY_MINUTES = 1440;

export type LogSpan = {
  /** Seconds since the calendar's start: the first call in the period, and the second after the last one. */
  readonly fromS: number;
  readonly untilS: number;
  /** By day: 1 when the log begins or ends within it. */
  readonly isPartial: Uint8Array;
  /** Days that the log covers, partial ones by their part. */
  readonly days: number;
};

export function logSpan(rollup: Rollup): LogSpan {
  const { calendar, tally } = rollup;
  const { startS, endS, days } = calendar;
  const fromS = Math.max(startS, tally.firstS) - startS;
  const untilS = Math.min(endS, tally.lastS + 1) - startS;
  const isPartial = new Uint8Array(days.length);
  if (untilS <= fromS) return { fromS: 0, untilS: 0, isPartial, days: 0 };
  const [first, last] = [dayAt(rollup, fromS), dayAt(rollup, untilS - 1)];
  const byMinute = callsByMinute(rollup, first, last);
  // The log may reach beyond the period on either side.
  if (tally.firstS > startS && isMissing(byMinute, 0, minuteAt(rollup, fromS))) isPartial[first] = 1;
  if (tally.lastS < endS - 1 && isMissing(byMinute, minuteAt(rollup, untilS - 1) + 1, DAY_MINUTES))
    isPartial[last] = 1;
  const missingS =
    (isPartial[first] === 1 ? 60 * minuteAt(rollup, fromS) : 0) +
    (isPartial[last] === 1 ? 60 * (DAY_MINUTES - 1 - minuteAt(rollup, untilS - 1)) : 0);
  return { fromS, untilS, isPartial, days: last - first + 1 - missingS / (60 * DAY_MINUTES) };
}

function dayAt({ calendar }: Rollup, second: number): number {
  return calendar.dayOfQuarter[Math.floor(second / 900)]!;
}

function minuteAt({ calendar }: Rollup, second: number): number {
  return localMinute(calendar, second);
}

type CallsByMinute = { readonly days: number; readonly calls: Float64Array };

/** GETs by local minute over the days between the first and the last one. */
function callsByMinute({ calendar, counts }: Rollup, first: number, last: number): CallsByMinute {
  const calls = new Float64Array(DAY_MINUTES);
  const { bySecond } = counts;
  const daysSeen = new Set<number>();
  for (let second = 0; second < bySecond.length; second += 1) {
    const own = bySecond[second]!;
    if (own === 0) continue;
    const day = calendar.dayOfQuarter[Math.floor(second / 900)]!;
    if (day <= first || day >= last) continue;
    daysSeen.add(day);
    calls[localMinute(calendar, second)]! += own;
  }
  return { days: daysSeen.size, calls };
}

/** Whether calls are to be expected in these minutes of the day. Without whole days, the clock decides. */
function isMissing({ days, calls }: CallsByMinute, from: number, to: number): boolean {
  if (days === 0) return (to - from) / DAY_MINUTES > MISSING_SHARE;
  const missing = calls.subarray(from, to).reduce((sum, own) => sum + own, 0);
  const all = calls.reduce((sum, own) => sum + own, 0);
  return missing > MISSING_SHARE * all && missing / days >= MISSING_CALLS;
}
