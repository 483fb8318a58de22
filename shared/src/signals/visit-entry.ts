/**
 * How a visit began, in the cookie `spillway_entry` for half an hour after the visit's last page. Somebody
 * who comes back from paying or signing in came as they did at first. The cookie is a hint, and holds one of
 * seven words: `ad.1f9k2` is the entry path `ad`, and the minute in which the cookie was written.
 */
import { COOKIE } from "../protocol/wire.ts";
import { readCookie } from "./cookies.ts";
import { ENTRY_PATHS, type EntryPath } from "./signals.ts";

const VISIT_S = 1800;
const MINUTE_MS = 60_000;

const VALUE = /^([a-z]{2,8})(?:\.[0-9a-z]{1,8})?$/;

/** The entry path of the visit's first request; undefined where the cookie names none. */
export function readVisitEntry(cookies: string | null | undefined): EntryPath | undefined {
  const word = VALUE.exec(readCookie(cookies, COOKIE.entry) ?? "")?.[1];
  return ENTRY_PATHS.find((entry) => entry === word && entry !== "internal");
}

/**
 * `Set-Cookie` for a request of this entry path, or undefined where the cookie is right already. As in GA4,
 * neither a page of our own nor a typed address begins another visit. The cookie is written at most once a
 * minute, so that few responses carry it.
 */
export function visitEntryCookie(
  entry: EntryPath,
  cookies: string | null | undefined,
  nowMs: number,
): string | undefined {
  const known = readVisitEntry(cookies);
  const begunBy = entry === "internal" ? known : entry === "direct" ? (known ?? entry) : entry;
  if (begunBy === undefined) return undefined;
  const value = `${begunBy}.${Math.floor(nowMs / MINUTE_MS).toString(36)}`;
  if (value === readCookie(cookies, COOKIE.entry)) return undefined;
  return `${COOKIE.entry}=${value}; Path=/; Max-Age=${VISIT_S}; SameSite=Lax; HttpOnly`;
}
