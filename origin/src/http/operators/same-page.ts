/** Refuses what did not come from a page of this very host, for requests that a cookie authorizes. */
import type { Context } from "hono";
import { refuse } from "../reply.ts";

/**
 * Browsers say where a request comes from, in `Sec-Fetch-Site` (W3C Fetch Metadata) or in `Origin`, and no
 * page can set either. What says neither comes from no page of ours. ALLOWED_ORIGINS counts nothing here.
 */
export function refuseOtherPage(c: Context): Response | undefined {
  const site = c.req.header("sec-fetch-site")?.trim().toLowerCase();
  const own = site === undefined ? isOwnOrigin(c) : site === "same-origin";
  return own ? undefined : refuse(c, 403, "only the console's own pages may send this with a session");
}

/** For a sign-in, which a command may do as well: it says where it comes from in neither header. */
export function refuseForeignPage(c: Context): Response | undefined {
  const isBrowser = ["sec-fetch-site", "origin"].some((name) => c.req.header(name) !== undefined);
  return isBrowser ? refuseOtherPage(c) : undefined;
}

/** Behind a proxy that ends TLS the scheme is another one, so that the host alone is compared. */
function isOwnOrigin(c: Context): boolean {
  const origin = c.req.header("origin");
  const host = c.req.header("host");
  return host !== undefined && (origin === `https://${host}` || origin === `http://${host}`);
}
