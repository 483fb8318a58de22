/**
 * Folds a link's tags into an entry path by the rules of GA4's default channel group
 * (support.google.com/analytics/answer/9756891), first match first:
 *
 * | GA4 channel                                | rule here                                                            | entry    |
 * |--------------------------------------------|----------------------------------------------------------------------|----------|
 * | paid click (auto-tagging)                  | a click id that only advertisements carry, see click-ids.ts           | ad       |
 * | Direct                                     | source `(direct)`, medium empty, `(none)` or `(not set)`              | direct   |
 * | Cross-network                              | campaign contains `cross-network`                                    | ad       |
 * | Paid Shopping, Search, Social, Video, Other | medium matches `^(.*cp.*|ppc|retargeting|paid.*)$`                    | ad       |
 * | Display                                    | medium display, banner, expandable, interstitial, cpm                | ad       |
 * | Organic Shopping                           | source is a shop                                                      | referral |
 * | Organic Social                             | source is a social network, or medium social, social-network, sm, …   | social   |
 * | Organic Video                              | source is a video site (among the networks), or medium contains video | social   |
 * | Organic Search                             | source is a search engine, or medium organic                          | search   |
 * | Email                                      | source or medium email, e-mail, e_mail, e mail                        | email    |
 * | Affiliates, Referral, Audio                | medium affiliate, referral, app, link, audio                          | referral |
 * | AI Assistant                               | medium ai-assistant, or source is one                                 | referral |
 * | SMS                                        | source or medium sms: a message on the phone's screen, as a push is   | push     |
 * | Mobile Push                                | medium ends with push, contains mobile or notification; source firebase | push   |
 *
 * Letter case does not count. {@link MEDIA} and {@link SOURCES} also hold common values that GA4 leaves
 * unassigned.
 */
import type { EntryPath } from "./signals.ts";
import { CLICK_IDS } from "./click-ids.ts";
import type { Query } from "./query.ts";
import { comparableHost, kindOfHost } from "./referrer.ts";
import { kindOfName, type SourceKind } from "./source-lists.ts";
import type { TracedValue } from "./traced-value.ts";

const NO_MEDIUM = /^(?:|\(none\)|\(not set\)|none)$/;

const MEDIA: ReadonlyMap<string, EntryPath> = new Map<string, EntryPath>([
  ...each("ad", "display", "banner", "expandable", "interstitial", "cpm", "ppc", "retargeting"),
  ...each("ad", "ad", "ads", "sem", "native", "sponsored", "programmatic", "social-paid", "social_paid"),
  ...each("social", "social", "social-network", "social-media", "sm", "social network", "social media"),
  ...each("social", "social_network", "social_media", "organic-social", "organic_social"),
  ...each("search", "organic", "organic-search", "organic_search", "seo"),
  ...each("email", "email", "e-mail", "e_mail", "e mail", "newsletter"),
  ...each("referral", "affiliate", "affiliates", "referral", "app", "link", "audio", "ai-assistant"),
  ...each("push", "sms"),
  ...each("internal", "internal", "onsite"),
]);

const SOURCES: ReadonlyMap<string, EntryPath> = new Map<string, EntryPath>([
  ...each("email", "email", "e-mail", "e_mail", "e mail", "newsletter"),
  ...each("push", "sms", "firebase", "push"),
  ...each("social", "fb", "ig", "meta", "insta", "yt"),
]);

function each(entry: EntryPath, ...names: readonly string[]): readonly (readonly [string, EntryPath])[] {
  return names.map((name) => [name, entry] as const);
}

/** Returns undefined when no rule matches. `place` says in the trace whose parameters these are. */
export function readChannel(query: Query, place: string): TracedValue<EntryPath> | undefined {
  const { clickId } = query;
  const clicked = clickId === undefined ? undefined : CLICK_IDS.get(clickId);
  if (clicked === "ad") return { value: "ad", source: `${place} ${clickId}` };
  if (query.utmCampaign?.toLowerCase().includes("cross-network") === true) {
    return { value: "ad", source: `${place} utm_campaign` };
  }
  const medium = query.utmMedium === undefined ? "" : normal(query.utmMedium);
  const source = query.utmSource === undefined ? "" : normal(query.utmSource);
  const bySource = source === "" ? undefined : entryOfSource(source, medium);
  const byMedium = medium === "" ? undefined : entryOfMedium(medium);
  if (byMedium === "ad") return { value: "ad", source: `${place} utm_medium` };
  if (bySource === "shopping") return { value: "referral", source: `${place} utm_source` };
  if (bySource === "direct" || bySource === "social" || (bySource === "search" && byMedium !== "social")) {
    return { value: bySource, source: `${place} utm_source` };
  }
  if (byMedium !== undefined) return { value: byMedium, source: `${place} utm_medium` };
  if (bySource !== undefined) return { value: bySource, source: `${place} utm_source` };
  return clicked === undefined ? undefined : { value: clicked, source: `${place} ${clickId}` };
}

/** True for a link that somebody has tagged, whether or not a rule knows the tags. */
export function isTagged(query: Query): boolean {
  return query.utmSource !== undefined || query.utmMedium !== undefined;
}

function normal(text: string): string {
  return text.slice(0, 128).trim().toLowerCase();
}

function entryOfMedium(medium: string): EntryPath | undefined {
  if (medium.includes("cp") || medium.startsWith("paid")) return "ad";
  const known = MEDIA.get(medium);
  if (known !== undefined) return known;
  if (medium.includes("video")) return "social";
  return medium.endsWith("push") || medium.includes("mobile") || medium.includes("notification")
    ? "push"
    : undefined;
}

/**
 * A source is a host (`m.facebook.com`), an address, or a name (`facebook`), which is also looked up as the
 * host `facebook.com`. A shop is told apart, since GA4 asks for it before any medium.
 */
function entryOfSource(source: string, medium: string): EntryPath | "shopping" | undefined {
  if (source === "(direct)" || source === "direct") return NO_MEDIUM.test(medium) ? "direct" : undefined;
  const kind = SOURCES.get(source) ?? kindOfSource(source);
  return kind === "portal" ? "search" : kind;
}

const HOST_IN_ADDRESS = /^(?:[a-z-]+:)?(?:\/\/)?([^/?#\s]+)/;

function kindOfSource(source: string): SourceKind | undefined {
  if (!source.includes(".")) return kindOfName(source);
  const host = HOST_IN_ADDRESS.exec(source)?.[1];
  return host === undefined ? undefined : kindOfHost(comparableHost(host));
}
