/** Reads one cookie of a request without splitting all of them. */
import { decodeTwice } from "./percent.ts";
import { unquoted } from "./plain-value.ts";

const MAX_HEADER_LENGTH = 16_384;
const MAX_VALUE_LENGTH = 4096;

/**
 * Returns the value of the first cookie of that name, percent-decoded and without surrounding quotes, or
 * `undefined` when it is absent or longer than browsers store (4,096 characters). Never throws.
 */
export function readCookie(cookieHeader: string | null | undefined, name: string): string | undefined {
  if (cookieHeader === null || cookieHeader === undefined || name === "") return undefined;
  const header =
    cookieHeader.length > MAX_HEADER_LENGTH ? cookieHeader.slice(0, MAX_HEADER_LENGTH) : cookieHeader;
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + name.length)) {
    const equals = at + name.length;
    if (header.charAt(equals) === "=" && startsCookie(header, at)) return valueFrom(header, equals + 1);
  }
  return undefined;
}

/**
 * The same of the last cookie of that name. Of cookies that differ in other attributes alone, browsers send
 * the one that was made first before the others (RFC 6265 §5.4).
 */
export function readLastCookie(cookieHeader: string | null | undefined, name: string): string | undefined {
  const header = cookieHeader ?? "";
  const last = header.length <= MAX_HEADER_LENGTH ? header.lastIndexOf(`${name}=`) : -1;
  if (last > 0 && startsCookie(header, last)) return valueFrom(header, last + name.length + 1);
  return readCookie(cookieHeader, name);
}

/**
 * True when only blanks stand between `at` and the header's start or the last semicolon: `team` must not
 * match the end of `my_team`.
 */
function startsCookie(header: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (header.charAt(before) === " " || header.charAt(before) === "\t")) before -= 1;
  return before < 0 || header.charAt(before) === ";";
}

function valueFrom(header: string, from: number): string | undefined {
  const semicolon = header.indexOf(";", from);
  const raw = header.slice(from, semicolon === -1 ? header.length : semicolon).trim();
  if (raw.length > MAX_VALUE_LENGTH) return undefined;
  // Libraries that write JSON encode the quotation marks as well.
  return unquoted(decodeTwice(raw));
}
