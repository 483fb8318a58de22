/**
 * Entry path: how the visitor came. The request's own tags take precedence over those of the page that it was
 * made from, and tags take precedence over the referrer. Somebody who comes back from paying or signing in
 * came as the visit began. An in-app browser counts when nothing better is known.
 */
import { COOKIE } from "../protocol/wire.ts";
import type { EntryPath } from "./signals.ts";
import type { Arrival } from "./arrival.ts";
import { isTagged, readChannel } from "./channel.ts";
import { readInAppBrowser } from "./in-app-browser.ts";
import type { Query } from "./query.ts";
import { entryOfReferrer, type Referrer } from "./referrer.ts";
import { isReturn } from "./return-hosts.ts";
import type { TracedValue } from "./traced-value.ts";
import { readVisitEntry } from "./visit-entry.ts";

export type Visitor = {
  readonly userAgent: string;
  readonly cookies: string | null | undefined;
  readonly returnHosts?: readonly string[] | undefined;
};

export function readEntryPath(
  request: Query,
  { landing, from }: Arrival,
  visitor: Visitor,
): TracedValue<EntryPath> {
  const tagged =
    readChannel(request, "parameter") ??
    (landing === undefined ? undefined : readChannel(landing, "landing parameter"));
  if (tagged !== undefined) return tagged;

  if (from.kind === "external") {
    const { referrer } = from;
    return (
      readReturn(referrer, visitor) ?? {
        value: entryOfReferrer(referrer) ?? "referral",
        source: `referrer ${referrer.host}`,
      }
    );
  }
  if (from.kind === "unknown") {
    const browser = readInAppBrowser(visitor.userAgent);
    if (browser !== undefined) return { value: browser.entry, source: `in-app browser ${browser.app}` };
  }
  // Tags that no rule knows still show that somebody made this link. GA4 calls it "unassigned", but no entry
  // path has that name.
  if (isTagged(request)) return { value: "referral", source: "parameter utm_source or utm_medium" };
  if (landing !== undefined && isTagged(landing)) {
    return { value: "referral", source: "landing parameter utm_source or utm_medium" };
  }
  return { value: from.kind === "internal" ? "internal" : "direct", source: from.reason };
}

function readReturn(
  referrer: Referrer,
  { cookies, returnHosts }: Visitor,
): TracedValue<EntryPath> | undefined {
  // The cookie is looked for first: most visitors who come from elsewhere have none.
  const begunBy = readVisitEntry(cookies);
  if (begunBy === undefined || !isReturn(referrer, returnHosts)) return undefined;
  return { value: begunBy, source: `cookie ${COOKIE.entry}, on the return from ${referrer.host}` };
}
