/**
 * Call rates by band with and without the suspects, for planning thresholds. The times of actors' calls are
 * only known in slots of ten minutes, so the suspects' share is assumed to be constant within a slot.
 */
import type { NightColumns } from "./actor-nights.ts";
import { hasSlot, SLOT_MINUTES } from "./actor-nights.ts";
import { DAY_MINUTES, localMinute, QUARTER_S, slotCount, type Calendar } from "./calendar.ts";
import type { LogSpan } from "./log-span.ts";
import type { Rollup } from "./rollup.ts";
import type { Verdicts } from "./suspects.ts";

export type Rates = {
  /** Mean, 95th percentile and maximum of the rates in slots of ten minutes, in calls per second. */
  readonly meanPerSec: number;
  readonly p95PerSec: number;
  readonly peakPerSec: number;
  /**
   * The share of all calls that exceed the threshold of their second (of their minute when times are whole
   * minutes); null without a threshold.
   */
  readonly overThresholdShare: number | null;
};

export type BandBaseline = {
  readonly band: string;
  /** Every threshold that was in force, in calls per second. */
  readonly thresholdsPerSec: readonly number[];
  readonly withSuspects: Rates;
  readonly withoutSuspects: Rates;
};

const SLOT_S = SLOT_MINUTES * 60;
const DAY_SLOTS = DAY_MINUTES / SLOT_MINUTES;

/** GETs of suspects, by slot of ten minutes since the calendar's start. */
export function suspectCallsBySlot({ calendar, actors }: Rollup, { suspects }: Verdicts): Float64Array {
  const columns = actors.columns();
  const slotOf = slotTable(calendar);
  const calls = new Float64Array(slotCount(calendar));
  for (const { habit } of suspects) {
    for (let at = actors.latest(habit.actor); at >= 0; at = columns.previous[at]!)
      addNight(columns, at, slotOf, calls);
  }
  return calls;
}

/**
 * The bands from `fromDay` on, in the part of the time that the log covers, without bands that have no minute
 * in it.
 */
export function bandBaselines(
  { calendar, counts }: Rollup,
  suspectCalls: Float64Array,
  fromDay: number,
  { fromS, untilS }: LogSpan,
): BandBaseline[] {
  const { bands, bandOfMinute, thresholdOfMinute, dayOfQuarter } = calendar;
  const { bySecond } = counts;
  const unitS = counts.seconds() ? 1 : 60;
  const perBand = bands.map(() => ({
    thresholds: new Set<number>(),
    rates: [[] as number[], [] as number[]] as const,
    over: [0, 0],
    calls: [0, 0],
  }));
  for (let slot = 0; slot < suspectCalls.length; slot += 1) {
    const from = slot * SLOT_S;
    // Slots at the log's edges count when it has a part of them, so that a short log has any.
    if (from + SLOT_S <= fromS || from >= untilS) continue;
    if (dayOfQuarter[Math.floor(from / QUARTER_S)]! < fromDay) continue;
    const band = perBand[bandOfMinute[from / 60]!]!;
    const threshold = thresholdOfMinute[from / 60]!;
    if (!Number.isNaN(threshold)) band.thresholds.add(threshold);
    let all = 0;
    for (let second = from; second < from + SLOT_S; second += 1) all += bySecond[second]!;
    const viewers = Math.max(0, all - suspectCalls[slot]!);
    for (const [at, calls] of [all, viewers].entries()) {
      band.rates[at]!.push(calls / SLOT_S);
      band.calls[at]! += calls;
      band.over[at]! += over(bySecond, from, unitS, all === 0 ? 0 : calls / all, threshold);
    }
  }
  return bands.flatMap((name, at) => {
    const { thresholds, rates, over: beyond, calls } = perBand[at]!;
    if (rates[0].length === 0) return [];
    const of = (which: 0 | 1): Rates => ({
      ...describe(rates[which]),
      overThresholdShare: thresholds.size === 0 ? null : beyond[which]! / Math.max(1, calls[which]!),
    });
    const thresholdsPerSec = [...thresholds];
    return [{ band: name, thresholdsPerSec, withSuspects: of(0), withoutSuspects: of(1) }];
  });
}

/** Calls beyond the threshold by day, with the suspects' calls. */
export function overByDay({ calendar, counts }: Pick<Rollup, "calendar" | "counts">): number[] {
  const { days, dayOfQuarter, thresholdOfMinute, startS, endS } = calendar;
  const beyond = days.map(() => 0);
  for (let from = 0; from < endS - startS; from += 60) {
    beyond[dayOfQuarter[Math.floor(from / QUARTER_S)]!]! += overMinute(
      counts.bySecond,
      from,
      counts.seconds() ? 1 : 60,
      1,
      thresholdOfMinute[from / 60]!,
    );
  }
  return beyond;
}

function over(
  bySecond: Uint32Array,
  from: number,
  unitS: number,
  share: number,
  thresholdPerSec: number,
): number {
  let beyond = 0;
  for (let at = from; at < from + SLOT_S; at += 60)
    beyond += overMinute(bySecond, at, unitS, share, thresholdPerSec);
  return beyond;
}

function overMinute(
  bySecond: Uint32Array,
  from: number,
  unitS: number,
  share: number,
  thresholdPerSec: number,
): number {
  if (Number.isNaN(thresholdPerSec)) return 0;
  let beyond = 0;
  for (let unit = from; unit < from + 60; unit += unitS) {
    let calls = 0;
    for (let second = unit; second < unit + unitS; second += 1) calls += bySecond[second]!;
    beyond += Math.max(0, calls * share - thresholdPerSec * unitS);
  }
  return beyond;
}

function describe(rates: readonly number[]): Omit<Rates, "overThresholdShare"> {
  const sorted = rates.toSorted((a, b) => a - b);
  return {
    meanPerSec: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    p95PerSec: sorted[Math.floor(0.95 * (sorted.length - 1))]!,
    peakPerSec: sorted.at(-1)!,
  };
}

function addNight(columns: NightColumns, at: number, slotOf: Int32Array, calls: Float64Array): void {
  const slots: number[] = [];
  for (let daySlot = 0; daySlot < DAY_SLOTS; daySlot += 1) {
    if (!hasSlot(columns, at, daySlot)) continue;
    // A night ends at noon of the day that names it.
    const day = columns.night[at]! - (daySlot < DAY_SLOTS / 2 ? 0 : 1);
    const slot = slotOf[day * DAY_SLOTS + daySlot] ?? -1;
    if (slot >= 0) slots.push(slot);
  }
  for (const slot of slots) calls[slot]! += (columns.reads[at]! + columns.others[at]!) / slots.length;
}

/**
 * Maps day and local slot to the slot since the calendar's start. Of an hour that comes twice, the second one
 * counts.
 */
function slotTable(calendar: Calendar): Int32Array {
  const table = new Int32Array(calendar.days.length * DAY_SLOTS).fill(-1);
  for (let slot = 0; slot < slotCount(calendar); slot += 1) {
    const day = calendar.dayOfQuarter[Math.floor((slot * SLOT_S) / QUARTER_S)]!;
    table[day * DAY_SLOTS + Math.floor(localMinute(calendar, slot * SLOT_S) / SLOT_MINUTES)] = slot;
  }
  return table;
}
