/**
 * Works out where the visitor was before, and on which of our pages the request was made.
 *
 * A web app calls the API from its own page, so `Referer` usually names that page: its query string is the one the visitor
 * landed with, and what lies before it only the page itself knows, and may pass on as the parameter `referrer`.
 */
import { readQuery, type Query } from "./query.ts";
import { comparableHost, parseReferrer, type Referrer } from "./referrer.ts";

export type CameFrom =
  /** From another site or app. */
  | { readonly kind: "elsewhere"; readonly referrer: Referrer }
  /** From a page of our own. */
  | { readonly kind: "internal"; readonly reason: string }
  /** From nowhere: typed, bookmarked, or hidden by what sent the visitor. */
  | { readonly kind: "nowhere"; readonly reason: string };

export type Arrival = {
  /** The parameters of our own page that the request was made from. */
  readonly landing: Query | undefined;
  readonly from: CameFrom;
};

type Header = (name: string) => string | null | undefined;

/** `request` is the query of `url`. */
export function readArrival(url: Pick<URL, "host">, header: Header, request: Query): Arrival {
  const text = header("referer");
  const referer = text === null || text === undefined || text === "" ? undefined : parseReferrer(text);
  const ownHost = comparableHost(url.host);
  const calledByPage =
    referer !== undefined && (referer.host === ownHost || isSameSite(header("sec-fetch-site")));
  const landing = calledByPage && referer.query !== "" ? readQuery(referer.query) : undefined;

  if (request.referrer === "") {
    return { landing, from: { kind: "nowhere", reason: "parameter referrer, which is empty" } };
  }
  const told = request.referrer === undefined ? undefined : parseReferrer(request.referrer);
  if (told !== undefined) {
    const internal = told.host === ownHost || (calledByPage && told.host === referer.host);
    return {
      landing,
      from: internal
        ? { kind: "internal", reason: `parameter referrer, our own ${told.host}` }
        : { kind: "elsewhere", referrer: told },
    };
  }
  if (referer === undefined) return { landing, from: { kind: "nowhere", reason: "default" } };
  return {
    landing,
    from: calledByPage
      ? { kind: "internal", reason: `referrer, our own ${referer.host}` }
      : { kind: "elsewhere", referrer: referer },
  };
}

/** Browsers say so of `www.` calling `api.`: two hosts, one site, with no list of public suffixes needed here. */
function isSameSite(secFetchSite: string | null | undefined): boolean {
  return secFetchSite === "same-site" || secFetchSite === "same-origin";
}
