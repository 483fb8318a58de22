/** Parses a referrer, and looks up which kind of place it names. */
import type { EntryPath } from "./signals.ts";
import { entryOfApp } from "./apps.ts";
import { isWithin } from "./own-site.ts";
import { remembered } from "./remembered.ts";
import { REFERRER_PATHS } from "./referrer-hosts.ts";
import { kindInAnyCountry, kindOfListedHost, type SourceKind } from "./source-lists.ts";

export type Referrer = {
  readonly kind: "web" | "app";
  /**
   * The host in lower case, without a leading `www.`, and with its port when that is not the scheme's
   * default. Of an app, its package or its number in Apple's store.
   */
  readonly host: string;
  readonly path: string;
  /** The query with its `?`, or empty. */
  readonly query: string;
};

const MAX_REFERRER_LENGTH = 8192;
const MAX_HOST_LENGTH = 253;
const PARTS =
  /^(https?|android-app|ios-app):\/\/(?:[^/?#@\\\s]*@)?(\[[\da-f:.]+\]|[^/?#@:\\\s[\]]+)(?::(\d*))?(?![^/?#])([^?#]*)(\?[^#]*)?/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };

/** Browsers send other sites no more than the address of a host, and most visitors come from few of them. */
const REFERRERS = 500;

/**
 * Parses a referrer from the web or an app. Returns `undefined` for anything else, such as
 * `about:client` or a broken one. It does not use `URL`, which costs more than the rest of the reader.
 */
export const parseReferrer = remembered(referrerOf, REFERRERS);

function referrerOf(text: string): Referrer | undefined {
  const parts = PARTS.exec(text.length > MAX_REFERRER_LENGTH ? text.slice(0, MAX_REFERRER_LENGTH) : text);
  if (parts === null) return undefined;
  const [, scheme = "", host = "", port = "", path = "", query = ""] = parts;
  if (host.length > MAX_HOST_LENGTH) return undefined;
  const protocol = scheme.toLowerCase();
  if (protocol.endsWith("-app")) return { kind: "app", host: host.toLowerCase(), path, query };
  const name = comparableHost(host);
  const isDefaultPort = port === "" || port === DEFAULT_PORTS[protocol];
  return { kind: "web", host: isDefaultPort ? name : `${name}:${port}`, path, query };
}

/**
 * Hosts are compared in lower case, in ASCII, and without a leading `www.` or the dot that may end a host in
 * DNS.
 */
export function comparableHost(host: string): string {
  const lower = (NOT_ASCII.test(host) ? toAscii(host) : host).toLowerCase();
  const name = lower.endsWith(".") ? lower.slice(0, -1) : lower;
  return name.startsWith("www.") ? name.slice(4) : name;
}

const NOT_ASCII = /[^\0-\x7f]/;

/** Browsers send the ASCII form (punycode); people write the other. */
function toAscii(host: string): string {
  return URL.parse(`http://${host}`)?.host ?? host;
}

/**
 * The first labels of webmail hosts, whoever runs them: `mail.`, `webmail1.`, `email.`, and the `deref-` and
 * `lightmailer` redirects of the German providers.
 */
const WEBMAIL =
  /^(?:(?:web|e|w)?mail(?:pro|business)?\d*[a-z]?|deref-[a-z\d-]+|lightmailer(?:-[a-z]+)?|roundcube|owa|messagerie(?:pro)?\d*)\./;

/** Endings such as `co.uk` and `com.au`, which match the `*` in a list's `google.*`. */
const COUNTRY = /(?:\.(?:com?|org|net))?\.[a-z]{2}$/;

/** The subdomains under which a portal's pages are its search: `m.`, `search.`, `fr.`. */
const PORTAL_SEARCH =
  /^(?:(?:m|mobile|www|web|wap|lite|home|start|r?d?search|suche|images|video|[a-z]{2})\.)+$/;

/** The entry path that the page or the app names; `undefined` where no list has it. */
export function entryOfReferrer({ kind, host, path }: Referrer): EntryPath | undefined {
  return kind === "app" ? entryOfApp(host) : entryOfHost(host, path);
}

/**
 * Returns the entry path of a host, or `undefined` for a host that no list has. The longest listed suffix of
 * whole labels decides: `docs.google.com` before `google.com`, and `es.search.yahoo.com` counts as
 * `search.yahoo.com`.
 */
export function entryOfHost(host: string, path = "/"): EntryPath | undefined {
  const kind = kindOfHost(host, path);
  if (kind === "shopping") return "referral";
  return kind === "portal" ? "search" : kind;
}

/** What {@link entryOfHost} folds. A port is not looked at. */
export function kindOfHost(host: string, path = "/"): SourceKind | undefined {
  const colon = host.indexOf(":");
  const name = colon === -1 ? host : host.slice(0, colon);
  for (const [listedHost, listedPath, entry] of path.length > 1 ? REFERRER_PATHS : []) {
    if (path.startsWith(listedPath) && isWithin(name, listedHost)) return entry;
  }
  const exact = kindOfListedHost(name);
  if (exact !== undefined) return exact;
  if (WEBMAIL.test(name)) return "email";
  return kindOfParent(name) ?? kindOfCountryHost(name);
}

function kindOfParent(host: string): SourceKind | undefined {
  for (let from = nextLabel(host, 0); from !== -1; from = nextLabel(host, from)) {
    const kind = kindOfListedHost(host.slice(from));
    if (kind !== undefined) return within(kind, host.slice(0, from));
  }
  return undefined;
}

/** `maps.google.es` counts as `maps.google.com`, since Google runs the same services in each country. */
function kindOfCountryHost(host: string): SourceKind | undefined {
  const country = COUNTRY.exec(host);
  if (country === null) return undefined;
  const brandFrom = host.lastIndexOf(".", country.index - 1) + 1;
  const brand = host.slice(brandFrom, country.index);
  const kind = kindInAnyCountry(brand);
  if (kind === undefined || brandFrom === 0) return kind;
  const front = host.slice(0, brandFrom);
  return kindOfListedHost(`${front}${brand}.com`) ?? within(kind, front);
}

/** The news, shops and games of a portal are no search. `front` are the labels before the listed host. */
function within(kind: SourceKind, front: string): SourceKind | undefined {
  return kind === "portal" && !PORTAL_SEARCH.test(front) ? undefined : kind;
}

function nextLabel(host: string, from: number): number {
  const dot = host.indexOf(".", from);
  return dot === -1 ? -1 : dot + 1;
}
