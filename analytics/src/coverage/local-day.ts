/**
 * An operator's day: from midnight to midnight in the operator's time zone, with 23 or 25 hours when clocks
 * change.
 */

export type LocalDay = {
  /** The date, such as `2026-09-15`. */
  readonly day: string;
  readonly timeZone: string;
  readonly startMs: number;
  readonly minutes: number;
};

const MINUTE_MS = 60_000;

/** Throws a RangeError that names an invalid day or time zone. */
export function localDay(day: string, timeZone: string): LocalDay {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new RangeError(`${day} is no day such as 2026-09-15`);
  const startMs = midnightMs(day, timeZone, 0);
  return { day, timeZone, startMs, minutes: (midnightMs(day, timeZone, 1) - startMs) / MINUTE_MS };
}

/** Returns the day in the time zone at an instant. */
export function localDate(ms: number, timeZone: string): string {
  return plainDate(ms, timeZone).toString();
}

/** Returns the day before the current day in the time zone. */
export function dayBefore(nowMs: number, timeZone: string): string {
  return plainDate(nowMs, timeZone).subtract({ days: 1 }).toString();
}

/** Why nothing can be reported of a day that has not begun in the time zone; undefined for any other. */
export function dayAhead(day: string, nowMs: number, timeZone: string): string | undefined {
  const today = localDate(nowMs, timeZone);
  return day > today ? `lies ahead: it is ${today} now (${timeZone})` : undefined;
}

/** Throws a RangeError for a day that has not begun. */
export function refuseDayAhead(day: string, nowMs: number, timeZone: string): void {
  const ahead = dayAhead(day, nowMs, timeZone);
  if (ahead !== undefined) throw new RangeError(`${day} ${ahead}`);
}

function plainDate(ms: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
}

function midnightMs(day: string, timeZone: string, later: number): number {
  return Temporal.PlainDate.from(day).add({ days: later }).toZonedDateTime(timeZone).epochMilliseconds;
}
