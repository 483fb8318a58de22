/**
 * Tables of local days, minutes, bands and thresholds over a period. They make a look-up for each of tens of
 * millions of calls fast.
 */
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { bandMinutes } from "../coverage/band-minutes.ts";
import { localDay } from "../coverage/local-day.ts";

export type Calendar = {
  readonly timeZone: string;
  /** Dates such as `2026-09-15`, ascending. */
  readonly days: readonly string[];
  readonly bands: readonly string[];
  readonly startS: number;
  readonly endS: number;
  /** The day of each quarter of an hour since `startS`. Offsets from UTC change only at a quarter. */
  readonly dayOfQuarter: Uint16Array;
  /** The local minute of the day at the quarter's start. */
  readonly minuteOfQuarter: Uint16Array;
  /**
   * For each minute since `startS`: the position in `bands`, and the threshold in calls per second, NaN
   * without one.
   */
  readonly bandOfMinute: Uint8Array;
  readonly thresholdOfMinute: Float64Array;
};

/** The routing of a log without one: the default bands at all times, in UTC and without a threshold. */
export const PLAIN_ROUTING: RoutingVersion = {
  version: 0,
  source: "",
  note: undefined,
  pushedMs: 0,
  routing: {
    time_zone: "UTC",
    mode: "auto",
    deadline_ms: 250,
    bands: [
      { name: "A overnight", from: "00:00", threshold_per_s: Number.POSITIVE_INFINITY },
      { name: "B daytime", from: "07:00", threshold_per_s: Number.POSITIVE_INFINITY },
      { name: "C prime time", from: "18:00", threshold_per_s: Number.POSITIVE_INFINITY },
    ],
    rules: [],
  },
};

export const QUARTER_S = 900;
export const DAY_MINUTES = 1440;

/**
 * `from` and `to` are days such as 2026-09-01, both included. `routing` holds every version, oldest first; an
 * infinite threshold counts as none. Throws a RangeError that names an invalid day, period or time zone.
 */
export function createCalendar(
  from: string,
  to: string,
  timeZone: string,
  routing: readonly RoutingVersion[],
): Calendar {
  checkZone(timeZone);
  const locals = daysBetween(from, to).map((day) => localDay(day, timeZone));
  const [first, last] = [locals[0]!, locals.at(-1)!];
  const startS = first.startMs / 1000;
  const endS = last.startMs / 1000 + last.minutes * 60;
  const dayOfQuarter = new Uint16Array(Math.ceil((endS - startS) / QUARTER_S));
  const minuteOfQuarter = new Uint16Array(dayOfQuarter.length);
  const bandOfMinute = new Uint8Array(dayOfQuarter.length * 15);
  const thresholdOfMinute = new Float64Array(dayOfQuarter.length * 15).fill(Number.NaN);
  const bands: string[] = [];
  for (const [day, local] of locals.entries()) {
    const offset = (local.startMs / 1000 - startS) / 60;
    const own = bandMinutes(local, routing);
    for (const { name } of own.bands) if (!bands.includes(name)) bands.push(name);
    for (let minute = 0; minute < local.minutes; minute += 1) {
      bandOfMinute[offset + minute] = bands.indexOf(own.bands[own.bandOf[minute]!]!.name);
      const threshold = own.thresholdPerSec[minute] ?? Number.NaN;
      thresholdOfMinute[offset + minute] = Number.isFinite(threshold) ? threshold : Number.NaN;
    }
    for (let quarter = offset / 15; quarter < (offset + local.minutes) / 15; quarter += 1) {
      const clock = Temporal.Instant.fromEpochMilliseconds(
        (startS + quarter * QUARTER_S) * 1000,
      ).toZonedDateTimeISO(timeZone);
      dayOfQuarter[quarter] = day;
      minuteOfQuarter[quarter] = clock.hour * 60 + clock.minute;
    }
  }
  return {
    timeZone,
    days: locals.map(({ day }) => day),
    bands,
    startS,
    endS,
    dayOfQuarter,
    minuteOfQuarter,
    bandOfMinute,
    thresholdOfMinute,
  };
}

/** Returns the local minute of the day at a second since the calendar's start. */
export function localMinute({ minuteOfQuarter }: Calendar, second: number): number {
  const quarter = Math.floor(second / QUARTER_S);
  return (minuteOfQuarter[quarter]! + Math.floor((second - quarter * QUARTER_S) / 60)) % DAY_MINUTES;
}

/** The number of slots of ten minutes in the calendar. */
export function slotCount({ startS, endS }: Calendar): number {
  return Math.ceil((endS - startS) / 600);
}

/** Returns the day of the week, with 0 for Sunday. */
export function weekdayOf(day: string): number {
  return Temporal.PlainDate.from(day).dayOfWeek % 7;
}

const MAX_DAYS = 400;

function daysBetween(from: string, to: string): string[] {
  const first = dateOf(from);
  const count = first.until(dateOf(to)).total("days") + 1;
  if (count < 1) throw new RangeError(`there are no days from ${from} to ${to}`);
  if (count > MAX_DAYS) throw new RangeError(`from ${from} to ${to} are more than ${MAX_DAYS} days`);
  return Array.from({ length: count }, (_, at) => first.add({ days: at }).toString());
}

function dateOf(day: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(day);
  } catch (cause) {
    throw new RangeError(`${day} is no day such as 2026-09-15`, { cause });
  }
}

function checkZone(timeZone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
  } catch (cause) {
    throw new RangeError(`${timeZone} is no time zone`, { cause });
  }
}
