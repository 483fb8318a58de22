/** Parses a referrer, and looks up which kind of place it names. */
import type { EntryPath } from "./signals.ts";
import { REFERRER_ADDITIONS } from "./referrer-additions.ts";
import { REFERRER_HOSTS, REFERRER_PATHS } from "./referrer-hosts.ts";

export type Referrer = {
  /**
   * The host in lower case, without a leading `www.`, and with its port when that is not the scheme's
   * default.
   */
  readonly host: string;
  readonly path: string;
  /** The query with its `?`, or empty. */
  readonly query: string;
};

const MAX_REFERRER_LENGTH = 8192;
const MAX_HOST_LENGTH = 253;
const PARTS =
  /^(https?|android-app):\/\/(?:[^/?#@\\\s]*@)?(\[[\da-f:.]+\]|[^/?#@:\\\s[\]]+)(?::(\d*))?(?![^/?#])([^?#]*)(\?[^#]*)?/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };

/**
 * Parses a referrer from the web or an Android app. Returns `undefined` for anything else, such as
 * `about:client` or a broken one. It does not use `URL`, which costs more than the rest of the reader.
 */
export function parseReferrer(text: string): Referrer | undefined {
  const parts = PARTS.exec(text.length > MAX_REFERRER_LENGTH ? text.slice(0, MAX_REFERRER_LENGTH) : text);
  if (parts === null) return undefined;
  const [, scheme = "", host = "", port = "", path = "", query = ""] = parts;
  if (host.length > MAX_HOST_LENGTH) return undefined;
  const name = comparableHost(host);
  const isDefaultPort = port === "" || port === DEFAULT_PORTS[scheme.toLowerCase()];
  return { host: isDefaultPort ? name : `${name}:${port}`, path, query };
}

/** Hosts are compared in lower case and without a leading `www.`. */
export function comparableHost(host: string): string {
  const lower = host.toLowerCase();
  return lower.startsWith("www.") ? lower.slice(4) : lower;
}

const ENTRIES: readonly (readonly [string, EntryPath])[] = [REFERRER_HOSTS, REFERRER_ADDITIONS].flatMap(
  (list) =>
    Object.entries(list).flatMap(([entry, hosts]) =>
      hosts
        .trim()
        .split(/\s+/)
        .map((host) => [host, entry as EntryPath] as const),
    ),
);
const LISTED: ReadonlyMap<string, EntryPath> = new Map(ENTRIES);
/** Hosts that lists write as `google.*`; the key is `google`. */
const ANY_COUNTRY: ReadonlyMap<string, EntryPath> = new Map(
  ENTRIES.filter(([host]) => host.endsWith(".*")).map(([host, entry]) => [host.slice(0, -2), entry]),
);

/**
 * The first labels of webmail hosts, whoever runs them: `mail.`, `webmail1.`, `email.`, and the `deref-` and
 * `lightmailer` redirects of the German providers.
 */
const WEBMAIL =
  /^(?:(?:web|e|w)?mail(?:pro|business)?\d*[a-z]?|deref-[a-z\d-]+|lightmailer(?:-[a-z]+)?|roundcube|owa|messagerie(?:pro)?\d*)\./;

/** Endings such as `co.uk` and `com.au`, which match the `*` in a list's `google.*`. */
const COUNTRY = /(?:\.(?:com?|org|net))?\.[a-z]{2}$/;

/**
 * Returns the entry path of a host, or `undefined` for a host that no list has. The longest listed suffix of
 * whole labels decides: `mail.google.com` before `google.com`, and `es.search.yahoo.com` counts as
 * `search.yahoo.com`.
 */
export function entryOfHost(host: string, path = "/"): EntryPath | undefined {
  for (const [listedHost, listedPath, entry] of path.length > 1 ? REFERRER_PATHS : []) {
    if (path.startsWith(listedPath) && isWithin(host, listedHost)) return entry;
  }
  if (WEBMAIL.test(host)) return "email";
  for (let from = 0; from !== -1; from = nextLabel(host, from)) {
    const entry = LISTED.get(host.slice(from));
    if (entry !== undefined) return entry;
  }
  const country = COUNTRY.exec(host);
  if (country === null) return undefined;
  return ANY_COUNTRY.get(host.slice(host.lastIndexOf(".", country.index - 1) + 1, country.index));
}

function nextLabel(host: string, from: number): number {
  const dot = host.indexOf(".", from);
  return dot === -1 ? -1 : dot + 1;
}

function isWithin(host: string, listed: string): boolean {
  return host.endsWith(listed) && (host.length === listed.length || host.at(-listed.length - 1) === ".");
}
