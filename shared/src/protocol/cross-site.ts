/**
 * Refuses what another site's page has sent, at edge and origin. A browser asks nobody before it posts a
 * form, a text or nothing at all to another site, cookies included, so that CORS alone protects nothing that
 * changes state. Pure.
 */
import { refused, type Refusal } from "./problem.ts";

/** What browsers send as `Origin` for pages from files, as in packaged television apps, and from sandboxes. */
const NULL_ORIGIN = "null";

export type SentBy = {
  readonly header: (name: string) => string | null | undefined;
  /** The host that was asked, with the port where there is one. */
  readonly host: string;
  /** Whether it was asked over https. */
  readonly secure: boolean;
};

/**
 * Undefined for requests of our own pages, of allowed origins, and of callers that are no browsers, which
 * send neither header. `Origin` decides; without it `Sec-Fetch-Site` does (W3C Fetch Metadata), since no page
 * can set either.
 */
export function refuseCrossSite(sentBy: SentBy, allowed: readonly string[]): Refusal | undefined {
  const origin = sentBy.header("origin") ?? undefined;
  if (origin === undefined) {
    const site = sentBy.header("sec-fetch-site")?.trim().toLowerCase();
    return site === "cross-site" || site === "same-site"
      ? refused(
          403,
          "sec-fetch-site",
          `is ${site}: only this host's own pages may send this without an Origin`,
        )
      : undefined;
  }
  if (allowed.includes(origin) || isOwn(origin, sentBy)) return undefined;
  return refused(403, "origin", "is another site's; ALLOWED_ORIGINS names those that may send this");
}

/**
 * Behind a proxy that ends TLS, an https page's request arrives as http. The reverse never happens: what came
 * by https is no page's that came by http, where anybody may have written it.
 */
function isOwn(origin: string, { host, secure }: SentBy): boolean {
  return origin === `https://${host}` || (!secure && origin === `http://${host}`);
}

export type AllowedOrigins = {
  /** As browsers send them. */
  readonly origins: readonly string[];
  /** What is wrong with the other entries. */
  readonly reasons: readonly string[];
};

/** Reads web origins, and `null`, separated by commas or blanks. */
export function parseAllowedOrigins(text: string): AllowedOrigins {
  const origins: string[] = [];
  const reasons: string[] = [];
  for (const entry of text.split(/[\s,]+/).filter((given) => given !== "")) {
    const url = URL.parse(entry);
    if (entry.toLowerCase() === NULL_ORIGIN) origins.push(NULL_ORIGIN);
    else if (url !== null && url.origin === entry.toLowerCase()) origins.push(url.origin);
    else reasons.push(`${entry} is not a web origin such as https://app.example.com, nor null`);
  }
  return { origins, reasons };
}
