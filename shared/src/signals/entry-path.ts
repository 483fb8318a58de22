/**
 * Entry path: how the visitor came. What the request's own tags say goes before those of the page it was made from, and
 * tags go before the referrer; an in-app browser counts where nothing better is known.
 */
import type { EntryPath } from "./signals.ts";
import type { Arrival } from "./arrival.ts";
import { isTagged, readChannel } from "./channel.ts";
import { readInAppBrowser } from "./in-app-browser.ts";
import type { Query } from "./query.ts";
import { entryOfHost } from "./referrer.ts";
import type { Told } from "./told.ts";

export function readEntryPath(
  request: Query,
  { landing, from }: Arrival,
  userAgent: string,
): Told<EntryPath> {
  const told =
    readChannel(request, "parameter") ??
    (landing === undefined ? undefined : readChannel(landing, "landing parameter"));
  if (told !== undefined) return told;

  if (from.kind === "elsewhere") {
    const { host, path } = from.referrer;
    return { value: entryOfHost(host, path) ?? "referral", source: `referrer ${host}` };
  }
  if (from.kind === "nowhere") {
    const browser = readInAppBrowser(userAgent);
    if (browser !== undefined) return { value: browser.entry, source: `in-app browser ${browser.app}` };
  }
  // Tags that no rule knows still say that somebody made this link: GA4 says "unassigned", we have no such word.
  if (isTagged(request)) return { value: "referral", source: "parameter utm_source or utm_medium" };
  if (landing !== undefined && isTagged(landing)) {
    return { value: "referral", source: "landing parameter utm_source or utm_medium" };
  }
  return { value: from.kind === "internal" ? "internal" : "direct", source: from.reason };
}
