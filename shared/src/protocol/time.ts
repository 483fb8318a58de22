/**
 * The one parser of times that others write: in imports, logs, events, the catalogue and pins. It reads RFC
 * 3339, the common forms of ISO 8601, and numbers of seconds, milliseconds, microseconds or nanoseconds since
 * 1970. Pure.
 */

/** What {@link parseTimeMs} reads, as error messages say it. */
export const TIME_FORM =
  "must be ISO 8601 such as 2026-07-09T19:00:00Z, or seconds, milliseconds, microseconds or nanoseconds since 1970";

/**
 * Nobody watched anything online before: an earlier time is a wrong unit or a clock that was never set.
 */
export const LEAST_EVENT_MS = Date.UTC(1990, 0);

/** When a clock is ahead by less than this, its time is taken. A clock further ahead is not trusted. */
export const MAX_CLOCK_LEAD_MS = 24 * 3600 * 1000;

/**
 * The unit of a number follows from its size: below 10^11 it is seconds (until the year 5138), below 10^14
 * milliseconds, below 10^17 microseconds, below 10^20 nanoseconds (all since March 1973).
 */
const UNITS = [
  { below: 1e11, perMs: 1e-3 },
  { below: 1e14, perMs: 1 },
  { below: 1e17, perMs: 1e3 },
  { below: 1e20, perMs: 1e6 },
] as const;

const NUMBER = /^\d{1,20}(?:\.\d+)?$/;

const CLOCK = String.raw`(?<hour>\d\d)(?::?(?<minute>\d\d)(?::?(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?)?`;
/** ISO 8601 also allows the minus sign itself (U+2212). */
const OFFSET = String.raw`(?<offset>Z|UTC|GMT|[+\u2212-]\d\d(?::?\d\d)?)`;
/**
 * The name of a time zone may follow the offset (RFC 9557; `+0200 CEST`, as Go writes it); the offset
 * decides.
 */
const ZONE = String.raw`(?:(?<=\d) [A-Z]{3,5})?(?:(?<=\w)\[[!\w/=+-]{1,64}\])*`;
const EXTENDED = dateTime(String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`);
const BASIC = dateTime(String.raw`(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)`);
/** Digits alone, as XMLTV and MySQL write times; as milliseconds they would be after the year 2286. */
const DIGITS = new RegExp(
  String.raw`^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?: ?${OFFSET})?$`,
  "i",
);

function dateTime(date: string): RegExp {
  return new RegExp(String.raw`^${date}(?:(?:T| {1,2})${CLOCK}(?: ?${OFFSET}${ZONE})?)?$`, "i");
}

/**
 * Returns milliseconds since 1970, or undefined when `value` is no time. A date alone is its first moment,
 * and a time without an offset is UTC. Fractions of a millisecond are cut off. Never throws.
 */
export function parseTimeMs(value: unknown): number | undefined {
  if (typeof value === "number") return toMs(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  // Eight digits are a date in the basic form of ISO 8601: as seconds they would all be in 1970.
  const groups = (EXTENDED.exec(text) ?? BASIC.exec(text) ?? DIGITS.exec(text))?.groups;
  if (groups !== undefined) return calendarMs(groups);
  return NUMBER.test(text) ? toMs(Number(text)) : undefined;
}

function toMs(number: number): number | undefined {
  if (!(number >= 0)) return undefined;
  const unit = UNITS.find(({ below }) => number < below);
  if (unit === undefined) return undefined;
  // Seconds with a fraction have lost less than a microsecond, which must not cost them a millisecond.
  return Math.trunc(unit.perMs < 1 ? number / unit.perMs + 1e-3 : number / unit.perMs);
}

function calendarMs(groups: Readonly<Record<string, string | undefined>>): number | undefined {
  const part = (name: string): number => Number(groups[name] ?? 0);
  const [year, month, day] = [part("year"), part("month"), part("day")];
  const [hour, minute, second] = [part("hour"), part("minute"), part("second")];
  // A leap second is read as the second after it. 24:00 is the end of the day.
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && part("fraction") === 0;
  if ((hour > 23 && !isEndOfDay) || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offsetMs = readOffsetMs(groups["offset"] ?? "Z");
  if (offsetMs === undefined) return undefined;
  const milliseconds = Math.trunc(Number(`0.${groups["fraction"] ?? 0}`) * 1000);
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds - offsetMs;
}

function readOffsetMs(offset: string): number | undefined {
  if (!/^[+\u2212-]/.test(offset)) return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(":", "") || 0)];
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith("+") ? 1 : -1) * (hours * 60 + minutes) * 60_000;
}

export type EventTime =
  | { readonly ok: true; readonly timeMs: number }
  | { readonly ok: false; readonly reason: string };

/**
 * The time at which something happened, of an event, an interaction or a log's row: from 1990 until a day
 * after `nowMs`. `reason` says what is wrong with it.
 */
export function readEventTime(value: unknown, nowMs: number): EventTime {
  const timeMs = parseTimeMs(value);
  if (timeMs === undefined) return { ok: false, reason: TIME_FORM };
  const wrong = whatIsWrong(timeMs, nowMs);
  return wrong === undefined ? { ok: true, timeMs } : { ok: false, reason: wrong };
}

/** Says what is wrong with the time of something that has happened, or undefined. */
export function whatIsWrong(timeMs: number, nowMs: number): string | undefined {
  if (timeMs < LEAST_EVENT_MS) {
    return `is in the year ${new Date(timeMs).getUTCFullYear()}: its unit is wrong, or the clock was never set`;
  }
  if (timeMs > nowMs + MAX_CLOCK_LEAD_MS) return "is more than a day in the future";
  return undefined;
}
