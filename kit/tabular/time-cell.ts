/** Times as files have them: ISO 8601, or seconds or milliseconds since 1970. */

/** 1973 in milliseconds, the year 5138 in seconds: from here on a number is milliseconds. */
export const LEAST_MS = 1e11;
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** 0 without a time, undefined where it is none. A local time without an offset is taken as UTC. */
export function toTimeMs(cell: unknown): number | undefined {
  if (cell === undefined) return 0;
  if (typeof cell === "number" || (typeof cell === "string" && /^\d+(?:\.\d+)?$/.test(cell))) {
    const number = Number(cell);
    return number >= 0 ? Math.trunc(number >= LEAST_MS ? number : number * 1000) : undefined;
  }
  const [text, offset] = typeof cell === "string" ? (ISO.exec(cell) ?? []) : [];
  if (text === undefined) return undefined;
  const ms = Date.parse(text.length > 10 && offset === undefined ? `${text.replace(" ", "T")}Z` : text);
  return ms >= 0 ? ms : undefined;
}
