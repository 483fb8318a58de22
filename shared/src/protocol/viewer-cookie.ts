/** The `Set-Cookie` header of the viewer cookie, as origin and edge send it. Pure. */
import { ERASURE_DAYS } from "./erasures.ts";
import { COOKIE } from "./wire.ts";

/** As long as an erasure is published, so that no cookie outlives it. */
const MAX_AGE_S = ERASURE_DAYS * 24 * 3600;

/** `value`: a viewer state in base64url. */
export function viewerSetCookie(value: string, { secure }: { readonly secure: boolean }): string {
  return `${COOKIE.viewer}=${value}; Path=/; Max-Age=${MAX_AGE_S}; SameSite=Lax; HttpOnly${secure ? "; Secure" : ""}`;
}
