/** Favourite team: what the link says, else what the platform's own cookie says. */
import { NONE } from "./signals.ts";
import { COOKIE } from "../protocol/wire.ts";
import { readCookie } from "./cookies.ts";
import type { Query } from "./query.ts";
import { DEFAULT_SOURCE, type Told } from "./told.ts";

const TEAM_CODE = /^[A-Za-z0-9]{2,8}$/;

/** `none` is a choice too: a link that says so hides the cookie. Anything else that is no code is passed over. */
export function readTeam(
  request: Query,
  landing: Query | undefined,
  cookies: string | null | undefined,
): Told {
  return (
    told(request.team, "parameter team") ??
    told(landing?.team, "landing parameter team") ??
    told(readCookie(cookies, COOKIE.team), "cookie team") ?? { value: NONE, source: DEFAULT_SOURCE }
  );
}

function told(text: string | undefined, source: string): Told | undefined {
  if (text === undefined || text.length > 64) return undefined;
  const code = text.trim();
  if (!TEAM_CODE.test(code)) return undefined;
  return { value: code.toLowerCase() === NONE ? NONE : code.toUpperCase(), source };
}
