/**
 * Refuses what another site's page has sent, at edge and origin. A browser asks nobody before it posts a
 * form, a text or nothing at all to another site, cookies included, so that CORS alone protects nothing that
 * changes state. Pure.
 */
import { refused, type Refusal } from "./problem.ts";

/**
 * What browsers send as `Origin` for pages from files, as in packaged television apps, and from sandboxes.
 */
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

/**
 * Refuses what a browser sends under another host name than `allowed`: a page can let a name of its own point
 * to this machine (DNS rebinding). Callers that are no browsers may use any name, and so may all where none
 * is set.
 */
export function refuseForeignHost({ header, host }: SentBy, allowed: readonly string[]): Refusal | undefined {
  const isBrowser = ["origin", "sec-fetch-site"].some((name) => (header(name) ?? undefined) !== undefined);
  if (allowed.length === 0 || !isBrowser || allowed.includes(hostNameOf(host) ?? "")) return undefined;
  return refused(421, "host", "is no name of this edge; ALLOWED_HOSTS has them");
}

/** RFC 9110 §7.2: the name without its port, in lower case; undefined for what is no host. */
export function hostNameOf(host: string): string | undefined {
  const [, address, name] = /^(?:\[([\da-f:.]+)\]|([^\s:@/?#[\]\\]+))(?::\d*)?$/i.exec(host) ?? [];
  return (address ?? name)?.toLowerCase().replace(/\.$/, "");
}

export type ParsedList = {
  readonly values: readonly string[];
  /** What is wrong with the other entries. */
  readonly reasons: readonly string[];
};

/** Reads host names without ports, separated by commas or blanks. */
export function parseAllowedHosts(text: string): ParsedList {
  return parseList(text, (entry) =>
    HOST.test(entry)
      ? { value: entry.toLowerCase().replace(/^\[|\]$|\.$/g, "") }
      : { reason: `${entry} is no host name` },
  );
}

/** A name or IPv4 address, or an IPv6 address in brackets or bare. */
const HOST = /^([\w-][\w.-]*|\[[\da-f:.]+\]|[\da-f:.]*::[\da-f:.]*)$/i;

/**
 * Reads origins as browsers send them, separated by commas or blanks: web origins, `null`, and those of
 * packaged apps such as `file://` and `capacitor://localhost`.
 */
export function parseAllowedOrigins(text: string): ParsedList {
  return parseList(text, (entry) => {
    const origin = entry.toLowerCase();
    const isWeb = /^(https?|wss?|ftp):/.test(origin);
    const isKnown = isWeb
      ? /^https?:[^*]+$/.test(origin) && URL.parse(entry)?.origin === origin
      : APP_ORIGIN.test(origin);
    return origin === NULL_ORIGIN || isKnown
      ? { value: origin }
      : { reason: `${entry} is not a web origin such as https://app.example.com, nor null` };
  });
}

const APP_ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[\w.:-]*$/;

function parseList(
  text: string,
  read: (entry: string) => { readonly value: string } | { readonly reason: string },
): ParsedList {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
  const found = entries.map(read);
  return {
    values: found.flatMap((entry) => ("value" in entry ? [entry.value] : [])),
    reasons: found.flatMap((entry) => ("reason" in entry ? [entry.reason] : [])),
  };
}
