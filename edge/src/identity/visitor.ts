/** Who asks: the `user` parameter, or a first-party visitor id of the edge's own. */
import { readCookie } from "@spillway/shared/signals/cookies.ts";
import { COOKIE, VISITOR_ID } from "@spillway/shared/protocol/wire.ts";

export type Visitor = {
  readonly user: string;
  /** For a visitor who came without an id: the `Set-Cookie`, which set-cookie.ts sends. */
  readonly newCookie: string | undefined;
};

const MAX_AGE_S = 365 * 24 * 3600;

/** `user` is the validated parameter; `newId` draws a UUID. */
export function identify(
  user: string | undefined,
  cookies: string | null,
  secure: boolean,
  newId: () => string,
): Visitor {
  if (user !== undefined) return { user, newCookie: undefined };
  const known = knownVisitor(cookies, secure);
  if (known !== undefined) return { user: known, newCookie: undefined };
  return newVisitor(secure, newId);
}

/** A visitor whom nobody has seen before, and whose id nobody else can know. */
export function newVisitor(secure: boolean, newId: () => string): Visitor & { readonly newCookie: string } {
  const id = newId();
  const newCookie = `${cookieName(secure)}=${id}; Path=/; Max-Age=${MAX_AGE_S}; SameSite=Lax; HttpOnly`;
  return { user: `v_${id}`, newCookie };
}

/** The id in the visitor cookie. */
export function knownVisitor(cookies: string | null, secure: boolean): string | undefined {
  const id = `v_${readCookie(cookies, cookieName(secure))}`;
  // The edge sets nothing else; another value could name somebody else's history.
  return VISITOR_ID.test(id) ? id : undefined;
}

/** Over https the plain name is nobody's: a subdomain or a page over http may have planted it. */
function cookieName(secure: boolean): string {
  return secure ? COOKIE.visitorOverHttps : COOKIE.visitor;
}
