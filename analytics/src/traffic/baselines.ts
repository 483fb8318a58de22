/**
 * Call rates by band with and without the suspects, for planning thresholds. Actors' calls are known by ten minutes only: within
 * ten minutes, the suspects' part is taken to be the same in every second.
 */
import type { NightColumns } from "./actor-nights.ts";
import { hasSlot, SLOT_MINUTES } from "./actor-nights.ts";
import { DAY_MINUTES, localMinute, QUARTER_S, tens, type Calendar } from "./calendar.ts";
import type { Rollup } from "./rollup.ts";
import type { Verdicts } from "./suspects.ts";

export type Rates = {
  /** Of ten minutes' means, in calls per second. */
  readonly meanPerSec: number;
  readonly p95PerSec: number;
  readonly peakPerSec: number;
  /** Of all calls, those beyond the threshold of their second (of their minute, where times are whole minutes); null without one. */
  readonly overThresholdShare: number | null;
};

export type BandBaseline = {
  readonly band: string;
  /** Every threshold that held, in calls per second. */
  readonly thresholdsPerSec: readonly number[];
  readonly withSuspects: Rates;
  readonly withoutSuspects: Rates;
};

const TEN_S = SLOT_MINUTES * 60;
const DAY_SLOTS = DAY_MINUTES / SLOT_MINUTES;

/** GETs of suspects by ten minutes since the calendar's start. */
export function suspectsByTen({ calendar, actors }: Rollup, { suspects }: Verdicts): Float64Array {
  const columns = actors.columns();
  const tenOf = tenTable(calendar);
  const calls = new Float64Array(tens(calendar));
  for (const { habit } of suspects) {
    for (let at = actors.latest(habit.actor); at >= 0; at = columns.previous[at]!)
      addNight(columns, at, tenOf, calls);
  }
  return calls;
}

/** Bands from `fromDay` on; those without a minute in that time are left out. */
export function bandBaselines(
  { calendar, counts }: Rollup,
  suspectCalls: Float64Array,
  fromDay: number,
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
  for (let ten = 0; ten < suspectCalls.length; ten += 1) {
    const from = ten * TEN_S;
    if (dayOfQuarter[Math.floor(from / QUARTER_S)]! < fromDay) continue;
    const band = perBand[bandOfMinute[from / 60]!]!;
    const threshold = thresholdOfMinute[from / 60]!;
    if (!Number.isNaN(threshold)) band.thresholds.add(threshold);
    let all = 0;
    for (let second = from; second < from + TEN_S; second += 1) all += bySecond[second]!;
    const viewers = Math.max(0, all - suspectCalls[ten]!);
    for (const [at, calls] of [all, viewers].entries()) {
      band.rates[at]!.push(calls / TEN_S);
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

/** Calls beyond the threshold by day, as they were. */
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
  for (let at = from; at < from + TEN_S; at += 60)
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

function addNight(columns: NightColumns, at: number, tenOf: Int32Array, calls: Float64Array): void {
  const slots: number[] = [];
  for (let slot = 0; slot < DAY_SLOTS; slot += 1) {
    if (!hasSlot(columns, at, slot)) continue;
    // A night ends at noon of the day it is named by.
    const day = columns.night[at]! - (slot < DAY_SLOTS / 2 ? 0 : 1);
    const ten = tenOf[day * DAY_SLOTS + slot] ?? -1;
    if (ten >= 0) slots.push(ten);
  }
  for (const ten of slots) calls[ten]! += (columns.reads[at]! + columns.others[at]!) / slots.length;
}

/** By day and slot of the local clock; of an hour that comes twice, the second. */
function tenTable(calendar: Calendar): Int32Array {
  const table = new Int32Array(calendar.days.length * DAY_SLOTS).fill(-1);
  for (let ten = 0; ten < tens(calendar); ten += 1) {
    const day = calendar.dayOfQuarter[Math.floor((ten * TEN_S) / QUARTER_S)]!;
    table[day * DAY_SLOTS + Math.floor(localMinute(calendar, ten * TEN_S) / SLOT_MINUTES)] = ten;
  }
  return table;
}
