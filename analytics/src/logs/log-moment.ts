/**
 * Times as access logs write them: the Common Log Format's, ISO 8601, HTTP dates, and numbers since 1970.
 * What the log writes otherwise is left to the one parser of times.
 */
import { LEAST_EVENT_MS, parseTimeMs } from "@spillway/shared/protocol/time.ts";

const DAY_S = 86_400;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const CLF = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?: ([+-])(\d\d):?(\d\d))?$/;
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2})[ -]([A-Z][a-z]{2})[ -](\d{4}) (\d\d:\d\d:\d\d)(?: (?:GMT|UTC))?$/;
const ISO = /^\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d/;
const MINUTE_LENGTH = { clf: "10/Oct/2000:13:55".length, iso: "2000-10-10T13:55".length };

/** Returns whole seconds since 1970, or undefined for what is no time since 1990. Never throws. */
export type MomentReader = (text: string) => number | undefined;

/**
 * The reader remembers the last minute and how its time ended, since neighbouring lines of a log have mostly
 * the same.
 */
export function createMomentReader(): MomentReader {
  let knownMinute = "";
  let knownEnd = "";
  let minuteS = 0;
  return (text) => {
    const minuteLength = text.charAt(2) === "/" ? MINUTE_LENGTH.clf : MINUTE_LENGTH.iso;
    const second = Number(text.slice(minuteLength + 1, minuteLength + 3));
    const minute = text.slice(0, minuteLength);
    const end = text.slice(minuteLength + 3);
    if (minute === knownMinute && end === knownEnd && second < 60) return minuteS + second;
    const timeS = momentOf(text);
    if (timeS === undefined || timeS < LEAST_EVENT_MS / 1000) return undefined;
    const hasMinute = CLF.test(text) || ISO.test(text);
    if (hasMinute && second < 60) {
      knownMinute = minute;
      knownEnd = end;
      minuteS = timeS - second;
    }
    return timeS;
  };
}

function momentOf(text: string): number | undefined {
  const clf = CLF.exec(text);
  if (clf !== null) return clfSeconds(clf);
  const [, day, month, year, clock] = HTTP_DATE.exec(text) ?? [];
  // nginx writes its own errors' dates, and Go's log all dates, with slashes.
  const iso = ISO.test(text) ? text.slice(0, 10).replaceAll("/", "-") + text.slice(10) : text;
  const plain =
    day === undefined ? iso : `${year}-${two(MONTHS.indexOf(month ?? "") + 1)}-${two(Number(day))} ${clock}Z`;
  const ms = plain === "" ? undefined : parseTimeMs(plain);
  return ms === undefined ? undefined : Math.floor(ms / 1000);
}

/** `10/Oct/2000:13:55:36 -0700`; a time without an offset is UTC. */
function clfSeconds(parts: readonly (string | undefined)[]): number | undefined {
  const [, day = "", month = "", year = "", hour, minute, second, sign, offsetHours, offsetMinutes] = parts;
  const at = MONTHS.indexOf(month);
  const date = Date.UTC(Number(year), at, Number(day)) / 1000;
  const isDate = at >= 0 && new Date(date * 1000).getUTCDate() === Number(day);
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (!isDate || h > 23 || m > 59 || s > 60) return undefined;
  const offset = 3600 * Number(offsetHours ?? 0) + 60 * Number(offsetMinutes ?? 0);
  if (offset > DAY_S) return undefined;
  return date + h * 3600 + m * 60 + s + (sign === "-" ? offset : -offset);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
