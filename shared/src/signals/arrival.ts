/**
 * Works out which page the visitor came from, and on which of our pages the request was made.
 *
 * A web app calls the API from its own page, so `Referer` usually names that page: its query string is the
 * one the visitor landed with. Only the page itself knows where the visitor was before, and may pass it on as
 * the parameter `referrer`.
 */
import { isOwnHost } from "./own-site.ts";
import { readQuery, type Query } from "./query.ts";
import { comparableHost, parseReferrer, type Referrer } from "./referrer.ts";

export type PreviousPage =
  /** A page of another site or app. */
  | { readonly kind: "external"; readonly referrer: Referrer }
  /** A page of our own. */
  | { readonly kind: "internal"; readonly reason: string }
  /** No page: the address was typed or bookmarked, or the referrer was hidden. */
  | { readonly kind: "unknown"; readonly reason: string };

export type Arrival = {
  /** The parameters of our own page that made the request. */
  readonly landing: Query | undefined;
  readonly from: PreviousPage;
};

type Header = (name: string) => string | null | undefined;

/**
 * An address that is no page of a site, such as `about:blank`, `data:` or `chrome-extension:`; no port
 * follows.
 */
const NO_SITE = /^(?!(?:https?|android-app|ios-app):)[a-z][a-z\d+.-]*:(?!\d)/i;

/** `request` is the query of `url`; `ownHosts` are more hosts of our site. */
export function readArrival(
  url: Pick<URL, "host">,
  header: Header,
  request: Query,
  ownHosts?: readonly string[],
): Arrival {
  const text = header("referer");
  const referer = text === null || text === undefined || text === "" ? undefined : parseReferrer(text);
  const ownHost = comparableHost(url.host);
  const calledByPage =
    referer?.kind === "web" &&
    (isOwnHost(referer.host, ownHost, ownHosts) || isSameSite(header("sec-fetch-site")));
  const landing = calledByPage && referer.query !== "" ? readQuery(referer.query) : undefined;

  if (request.referrer === "") {
    return { landing, from: { kind: "unknown", reason: "parameter referrer, which is empty" } };
  }
  const noSite = NO_SITE.exec(request.referrer ?? "");
  if (noSite !== null) {
    return { landing, from: { kind: "unknown", reason: `parameter referrer, ${noSite[0]} is no site` } };
  }
  const previous = request.referrer === undefined ? undefined : parseReferrer(request.referrer);
  if (previous !== undefined) {
    const internal =
      previous.kind === "web" &&
      (isOwnHost(previous.host, ownHost, ownHosts) || (calledByPage && previous.host === referer.host));
    return {
      landing,
      from: internal
        ? { kind: "internal", reason: `parameter referrer, our own ${previous.host}` }
        : { kind: "external", referrer: previous },
    };
  }
  if (referer === undefined) return { landing, from: { kind: "unknown", reason: "default" } };
  return {
    landing,
    from: calledByPage
      ? { kind: "internal", reason: `referrer, our own ${referer.host}` }
      : { kind: "external", referrer: referer },
  };
}

/**
 * Browsers report this when one host of a site calls another. They know the whole list of public suffixes.
 */
function isSameSite(secFetchSite: string | null | undefined): boolean {
  return secFetchSite === "same-site" || secFetchSite === "same-origin";
}
