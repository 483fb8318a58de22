/** Favourite team: what the link says, else what the platform's own cookie says. */
import { NONE } from "./signals.ts";
import { COOKIE } from "../protocol/wire.ts";
import { readCookie } from "./cookies.ts";
import { plainValue } from "./plain-value.ts";
import type { Query } from "./query.ts";
import { DEFAULT_SOURCE, type TracedValue } from "./traced-value.ts";

/** A program that writes `user && user.team` writes `false` for nobody's team. */
const TEAM_CODE = /^(?!(?:true|false)$)[a-z0-9]{2,8}$/i;

/**
 * `none` is a choice too, so a link with it overrides the cookie. Any other text that is not a team code is
 * ignored.
 */
export function readTeam(
  request: Query,
  landing: Query | undefined,
  cookies: string | null | undefined,
): TracedValue {
  return (
    readCode(request.team, "parameter team") ??
    readCode(landing?.team, "landing parameter team") ??
    readCode(readCookie(cookies, COOKIE.team), "cookie team") ?? { value: NONE, source: DEFAULT_SOURCE }
  );
}

function readCode(text: string | undefined, source: string): TracedValue | undefined {
  // Full-width letters are the same letters.
  const plain = text === undefined ? undefined : plainValue(text);
  if (plain === undefined) return undefined;
  const code = TEAM_CODE.test(plain) ? plain : plain.normalize("NFKC").trim();
  if (!TEAM_CODE.test(code)) return undefined;
  return { value: code.toLowerCase() === NONE ? NONE : code.toUpperCase(), source };
}
