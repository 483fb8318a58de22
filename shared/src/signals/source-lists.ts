/** What hosts and names stand for, from the published lists and our additions to them. */
import { GA4_SOURCES } from "./ga4-sources.ts";
import { REFERRER_ADDITIONS, WORDS_NOT_NAMES } from "./referrer-additions.ts";
import { REFERRER_HOSTS } from "./referrer-hosts.ts";
import type { EntryPath } from "./signals.ts";

/**
 * An entry path, or `portal`: a site with a search engine among other things; or `shopping`: GA4's shops,
 * which are referrals here and take precedence over a medium.
 */
export type SourceKind = EntryPath | "portal" | "shopping";

/** A later list wins. */
const KINDS: ReadonlyMap<string, SourceKind> = new Map(
  [REFERRER_HOSTS, GA4_SOURCES, REFERRER_ADDITIONS].flatMap((list) =>
    Object.entries(list).flatMap(([kind, sources]) =>
      sources
        .trim()
        .split(/\s+/)
        .map((source) => [source, toKind(kind)] as const),
    ),
  ),
);
const HOSTS = new Map([...KINDS].filter(([source]) => source.includes(".") && !source.endsWith(".*")));
/**
 * Names such as `yahoo`. They stand apart from the hosts, or `social` would match each host of that domain.
 */
const NAMES = new Map([...KINDS].filter(([source]) => !source.includes(".")));
/** Hosts that lists write as `google.*`; the key is `google`. */
const ANY_COUNTRY = new Map(
  [...KINDS].flatMap(([source, kind]) =>
    source.endsWith(".*") ? [[source.slice(0, -2), kind] as const] : [],
  ),
);

/** GA4's video sites are social networks here; see channel.ts. */
function toKind(listed: string): SourceKind {
  return listed === "video" ? "social" : (listed as SourceKind);
}

/** The kind of exactly this host, in lower case and without `www.`. */
export function kindOfListedHost(host: string): SourceKind | undefined {
  return HOSTS.get(host);
}

/** The kind of a brand's host in any country: `google` for `google.es`. */
export function kindInAnyCountry(brand: string): SourceKind | undefined {
  return ANY_COUNTRY.get(brand);
}

/** The kind of a name in lower case, such as `naver` or `google shopping`, as `utm_source` has it. */
export function kindOfName(name: string): SourceKind | undefined {
  if (WORDS_NOT_NAMES.has(name)) return undefined;
  return NAMES.get(name.includes(" ") ? name.replaceAll(" ", "_") : name) ?? HOSTS.get(`${name}.com`);
}
