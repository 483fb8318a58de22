/** Who asks: the `user` parameter, or a first-party visitor id of the edge's own. */
import { readCookie } from "@spillway/shared/read-signals/cookies.ts";
import { COOKIE } from "@spillway/shared/wire.ts";

export type Visitor = {
  readonly user: string;
  /** `Set-Cookie` for a visitor who came without an id. */
  readonly newCookie: string | undefined;
};

const MAX_AGE_S = 365 * 24 * 3600;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `user`: the validated parameter. `newId` draws a UUID. */
export function identify(
  user: string | undefined,
  cookies: string | null,
  secure: boolean,
  newId: () => string,
): Visitor {
  if (user !== undefined) return { user, newCookie: undefined };
  const known = readCookie(cookies, COOKIE.visitor);
  // Anything else in the cookie is not ours, and could name somebody else's history.
  if (known !== undefined && UUID.test(known)) return { user: `v_${known}`, newCookie: undefined };
  const id = newId();
  const cookie = `${COOKIE.visitor}=${id}; Path=/; Max-Age=${MAX_AGE_S}; SameSite=Lax; HttpOnly`;
  return { user: `v_${id}`, newCookie: secured(cookie, secure) };
}

/** Browsers drop a `Secure` cookie that comes over plain HTTP, as it does locally. */
export function secured(cookie: string, secure: boolean): string {
  return secure && !/;\s*secure\b/i.test(cookie) ? `${cookie}; Secure` : cookie;
}

export function isSecure(url: URL): boolean {
  return url.protocol === "https:";
}
