/**
 * How the edge's cookies are sent: plain over http, `Secure` over https, or for pages on another site. Pure.
 */

export type CookieSite = {
  /** True when the request came over https: browsers drop a `Secure` cookie that comes over plain http. */
  readonly secure: boolean;
  /**
   * `CROSS_SITE_COOKIES`: the edge is called by pages on another site. Browsers take a cookie for such a page
   * only with these attributes, and keep it apart for each site (CHIPS).
   */
  readonly crossSite: boolean;
};

const FIRST_PARTY = "SameSite=Lax";
const ACROSS_SITES = "SameSite=None; Secure; Partitioned";

/** `cookie` is a `Set-Cookie` of the edge's own, with `SameSite=Lax`. */
export function sentCookie(cookie: string, { secure, crossSite }: CookieSite): string {
  if (crossSite) return cookie.replace(FIRST_PARTY, ACROSS_SITES);
  return secure ? `${cookie}; Secure` : cookie;
}

export function appendCookies(
  headers: Headers,
  cookies: readonly (string | undefined)[],
  site: CookieSite,
): void {
  for (const cookie of cookies) {
    if (cookie !== undefined) headers.append("set-cookie", sentCookie(cookie, site));
  }
}
