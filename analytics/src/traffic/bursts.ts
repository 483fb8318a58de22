/**
 * Finds bursts: minutes with far more calls than the hour around them, with the share of their calls by
 * self-declared robots. Pure.
 */
import { SLOT_MINUTES } from "./actor-nights.ts";
import type { CallCounts } from "./call-counts.ts";
import type { LogSpan } from "./log-span.ts";

export type Burst = {
  /** Minutes since the calendar's start. */
  readonly from: number;
  readonly minutes: number;
  /** Calls without those of suspects, who are reported separately. */
  readonly calls: number;
  readonly peakPerMinute: number;
  /** The median of the hour before or of the hour after, whichever is higher. */
  readonly usualPerMinute: number;
  /** The share of the burst's calls that crawlers and tools made, by their own User-Agent. */
  readonly robotShare: number;
};

const AROUND_MINUTES = 60;
const LEAST_MINUTES = 30;
/**
 * A burst has at least this many times the usual calls, plus this many standard deviations of a Poisson
 * count, so that chance and quiet nights make none.
 */
const TIMES = 3;
const SIGMAS = 8;
const MIN_CALLS = 30;
/** A longer rise is not a burst but a busy hour. */
const MAX_MINUTES = 25;
const GAP_MINUTES = 2;

/**
 * Returns the bursts, most calls beyond the usual first. `suspectCallsBySlot` comes from baselines.ts; within
 * ten minutes, the suspects' share is assumed to be constant.
 */
export function findBursts(
  { bySecond, robotsByMinute }: CallCounts,
  suspectCallsBySlot: Float64Array,
  { fromS, untilS }: Pick<LogSpan, "fromS" | "untilS">,
): Burst[] {
  const all = Float64Array.from(robotsByMinute, (_, minute) => sum(bySecond, minute * 60, minute * 60 + 60));
  const perMinute = all.map((calls, minute) => {
    const slot = Math.floor(minute / SLOT_MINUTES);
    const total = sum(all, slot * SLOT_MINUTES, (slot + 1) * SLOT_MINUTES);
    return total === 0 ? 0 : calls * Math.max(0, 1 - (suspectCallsBySlot[slot] ?? 0) / total);
  });
  const [first, end] = [Math.floor(fromS / 60), Math.ceil(untilS / 60)];
  // Where the log has too little around a minute, nobody can tell what is usual.
  const hourFrom = (minute: number): number => {
    const known = perMinute.subarray(
      Math.max(first, minute),
      Math.max(first, Math.min(end, minute + AROUND_MINUTES)),
    );
    return known.length < LEAST_MINUTES ? Number.NaN : upperMedian(known);
  };
  // The busier of the hours before and after counts, so that a rush that stays is not a burst.
  const usualAt = (minute: number): number => {
    const around = [hourFrom(minute - AROUND_MINUTES), hourFrom(minute + 1)].filter(
      (level) => !Number.isNaN(level),
    );
    return around.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...around);
  };
  const spans: { from: number; to: number }[] = [];
  for (let minute = 0; minute < perMinute.length; minute += 1) {
    if (perMinute[minute]! <= MIN_CALLS) continue;
    const level = usualAt(minute);
    if (perMinute[minute]! <= TIMES * level + SIGMAS * Math.sqrt(level) + MIN_CALLS) continue;
    const last = spans.at(-1);
    if (last !== undefined && minute - last.to <= GAP_MINUTES) last.to = minute + 1;
    else spans.push({ from: minute, to: minute + 1 });
  }
  return spans
    .filter(({ from, to }) => to - from <= MAX_MINUTES)
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

/** The median; the greater of the two middle values when their number is even. */
function upperMedian(values: Float64Array): number {
  return values.toSorted()[values.length >> 1] ?? 0;
}

function sum(values: Uint32Array | Float64Array, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at += 1) total += values[at]!;
  return total;
}
