/**
 * Refuses what another site's page has sent. A browser asks nobody before it posts a form, a text or nothing
 * at all to another site, cookies included, so that CORS alone protects nothing that changes state.
 */
import { refused, type Refusal } from "@spillway/shared/protocol/problem.ts";
import { readAddress } from "./address.ts";

/** What browsers send as `Origin` for pages from files, as in packaged television apps, and from sandboxes. */
export const NULL_ORIGIN = "null";

/**
 * Undefined for requests of our own pages, of allowed origins, and of callers that are no browsers, which
 * send neither header. `Origin` decides; without it `Sec-Fetch-Site` does (W3C Fetch Metadata), since no page
 * can set either.
 */
export function refuseCrossSite(request: Request, allowed: readonly string[]): Refusal | undefined {
  const origin = request.headers.get("origin");
  if (origin === null) {
    const site = request.headers.get("sec-fetch-site")?.trim().toLowerCase();
    return site === "cross-site" || site === "same-site"
      ? refused(
          403,
          "sec-fetch-site",
          `is ${site}: only this host's own pages may send this without an Origin`,
        )
      : undefined;
  }
  if (allowed.includes(origin) || isOwn(origin, request.url)) return undefined;
  return refused(403, "origin", "is another site's; ALLOWED_ORIGINS names those that may send this");
}

/**
 * Behind a proxy that ends TLS, an https page's request arrives as http. The reverse never happens: what came
 * by https is no page's that came by http, where anybody may have written it.
 */
function isOwn(origin: string, url: string): boolean {
  const { host, secure } = readAddress(url);
  return origin === `https://${host}` || (!secure && origin === `http://${host}`);
}
