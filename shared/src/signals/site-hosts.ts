/** The operator's lists of hosts as text: `OWN_HOSTS`, `RETURN_HOSTS`, and the hosts of `ALLOWED_ORIGINS`. */
import { comparableHost } from "./referrer.ts";

export type SiteHosts = {
  /** Hosts of the platform's site beside the edge's own; see own-site.ts. */
  readonly ownHosts: readonly string[];
  /** Domains of the platform's payment and sign-in services; see return-hosts.ts. */
  readonly returnHosts: readonly string[];
};

/** What URLs take for a host can hold more: `a;b.example`, or a label that is empty. */
const HOST_NAME = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)$/;

/**
 * Hosts, separated by commas or blanks. `*.` and `.` in front are understood, since a host stands for its
 * subdomains. `unread` are the entries that are no hosts.
 */
export function readHosts(text: string): { readonly hosts: string[]; readonly unread: string[] } {
  const hosts: string[] = [];
  const unread: string[] = [];
  for (const entry of text.split(/[\s,]+/)) {
    if (entry === "") continue;
    const host = entry.replace(/^\*?\./, "");
    // A host with anything around it would not be what remains of it.
    const url = /^[^/?#@\\*]+$/.test(host) ? URL.parse(`http://${host}`) : null;
    if (url === null || !HOST_NAME.test(url.hostname)) unread.push(entry);
    else hosts.push(comparableHost(url.host));
  }
  return { hosts, unread };
}

/** The hosts of web origins; `null` and the origins of packaged apps have none. */
export function hostsOfOrigins(origins: readonly string[]): string[] {
  return origins.flatMap((origin) => {
    const url = URL.parse(origin);
    return url !== null && /^https?:$/.test(url.protocol) ? [comparableHost(url.host)] : [];
  });
}
