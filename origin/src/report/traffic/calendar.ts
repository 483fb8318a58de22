/** Local days, minutes and bands of a span of time, by table: a lookup for each of tens of millions of calls. */
import type { Routing } from "@spillway/shared/routing.ts";

export type Calendar = {
  readonly timeZone: string;
  /** `2026-09-15`, in order; "night" n is what falls on `nights[n]` by the local clock. */
  readonly nights: readonly string[];
  readonly bands: Routing["bands"];
  readonly startS: number;
  readonly endS: number;
  /** By quarter of an hour since `startS`; offsets from UTC change on a quarter. */
  readonly nightOfQuarter: Uint16Array;
  /** Local minute of the day at the quarter's start. */
  readonly minuteOfQuarter: Uint16Array;
  /** By local minute of the day: position in `bands`. */
  readonly bandOfMinute: Uint8Array;
};

export const QUARTER_S = 900;
export const DAY_MINUTES = 1440;
const DAY_MS = 86_400_000;

/** `from` and `to` are days such as 2026-09-01, both included. Throws a RangeError where there is no such span. */
export function createCalendar(from: string, to: string, routing: Routing): Calendar {
  const days = daysBetween(from, to);
  const clock = localClock(routing.time_zone);
  const startS = midnightS(days[0]!, clock);
  const endS = midnightS(dayAfter(days.at(-1)!), clock);
  const quarters = Math.ceil((endS - startS) / QUARTER_S);
  const nightOfQuarter = new Uint16Array(quarters);
  const minuteOfQuarter = new Uint16Array(quarters);
  const numbers = new Map(days.map((day, at) => [day, at]));
  for (let quarter = 0; quarter < quarters; quarter += 1) {
    const local = clock(startS + quarter * QUARTER_S);
    nightOfQuarter[quarter] = numbers.get(local.day) ?? 0;
    minuteOfQuarter[quarter] = local.minute;
  }
  return {
    timeZone: routing.time_zone,
    nights: days,
    bands: routing.bands,
    startS,
    endS,
    nightOfQuarter,
    minuteOfQuarter,
    bandOfMinute: bandTable(routing.bands),
  };
}

export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

function daysBetween(from: string, to: string): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  if (!(count >= 1)) throw new RangeError(`there are no days from ${from} to ${to}`);
  return Array.from({ length: count }, (_, at) => dayAfter(from, at));
}

type LocalClock = (timeS: number) => { readonly day: string; readonly minute: number };

function localClock(timeZone: string): LocalClock {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return (timeS) => {
    const part = Object.fromEntries(
      format.formatToParts(timeS * 1000).map(({ type, value }) => [type, value]),
    );
    return {
      day: `${part["year"]}-${part["month"]}-${part["day"]}`,
      minute: Number(part["hour"]) * 60 + Number(part["minute"]),
    };
  };
}

/** The first quarter of the local day: at midnight, or later where the clocks go forward at midnight. */
function midnightS(day: string, clock: LocalClock): number {
  const utcS = Date.parse(day) / 1000;
  // Zones lie between UTC−12 and UTC+14.
  for (let timeS = utcS - 14 * 3600; timeS <= utcS + 13 * 3600; timeS += QUARTER_S) {
    if (clock(timeS).day >= day) return timeS;
  }
  throw new RangeError(`${day} does not begin in this time zone`);
}

function bandTable(bands: Routing["bands"]): Uint8Array {
  const table = new Uint8Array(DAY_MINUTES);
  const starts = bands
    .map(({ from }, band) => ({ band, minute: Number(from.slice(0, 2)) * 60 + Number(from.slice(3)) }))
    .toSorted((a, b) => a.minute - b.minute);
  // Before the day's first band, yesterday's last one still holds.
  table.fill(starts.at(-1)!.band);
  for (const { band, minute } of starts) table.fill(band, minute);
  return table;
}
