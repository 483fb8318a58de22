/** Parses times of a log's rows from bytes; what is not plain is left to the one parser of times. */
import { parseTimeMs } from "@spillway/shared/protocol/time.ts";

const DAY_S = 86_400;
const SECONDS_LENGTH = "1789438425".length;
const MILLISECONDS_LENGTH = "1789438425000".length;
const ISO_LENGTH = "2026-09-15T02:13:45".length;
const [ZERO, DASH, COLON, DOT, ZULU, TEE, SPACE] = [0x30, 0x2d, 0x3a, 0x2e, 0x5a, 0x54, 0x20];

/**
 * Returns whole seconds since 1970, or undefined for an invalid time. A local time without an offset counts
 * as UTC.
 */
export type TimeReader = (bytes: Uint8Array, from: number, to: number) => number | undefined;

/** The reader remembers the last day, because most neighbouring rows of a log have the same day. */
export function createTimeReader(): TimeReader {
  const decoder = new TextDecoder();
  let knownDate = -1;
  let knownDayS = 0;
  return (bytes, from, to) => {
    const plain = digits(bytes, from, to);
    // Numbers of other lengths are rare, and eight digits are a date.
    if (plain >= 0 && to - from === SECONDS_LENGTH) return plain;
    if (plain >= 0 && to - from === MILLISECONDS_LENGTH) return Math.floor(plain / 1000);
    if (isPlainIso(bytes, from, to)) {
      const date = digits(bytes, from, from + 4) * 10_000 + two(bytes, from + 5) * 100 + two(bytes, from + 8);
      const hour = two(bytes, from + 11);
      const minute = two(bytes, from + 14);
      const second = two(bytes, from + 17);
      if (date >= 0 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60) {
        if (date !== knownDate) {
          const ms = parseTimeMs(decoder.decode(bytes.subarray(from, from + 10)));
          if (ms === undefined) return undefined;
          knownDate = date;
          knownDayS = Math.floor(ms / (1000 * DAY_S)) * DAY_S;
        }
        return knownDayS + hour * 3600 + minute * 60 + second;
      }
    }
    const ms = to > from ? parseTimeMs(decoder.decode(bytes.subarray(from, to))) : undefined;
    return ms === undefined ? undefined : Math.floor(ms / 1000);
  };
}

/** True for `YYYY-MM-DDThh:mm:ss` in UTC, with or without a fraction. */
function isPlainIso(bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from;
  const separator = bytes[from + 10];
  if (length < ISO_LENGTH || (separator !== TEE && separator !== SPACE)) return false;
  if (bytes[from + 4] !== DASH || bytes[from + 7] !== DASH) return false;
  if (bytes[from + 13] !== COLON || bytes[from + 16] !== COLON) return false;
  if (length === ISO_LENGTH) return true;
  const last = bytes[to - 1] === ZULU ? to - 1 : to;
  const after = from + ISO_LENGTH;
  return last === after || (bytes[after] === DOT && digits(bytes, after + 1, last) >= 0);
}

function two(bytes: Uint8Array, at: number): number {
  return digits(bytes, at, at + 2);
}

/** Returns -1 when a byte is not a digit, or when there is none. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from) return -1;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
