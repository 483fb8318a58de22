/** What the link was about: the campaign that it belongs to, and the match or title that it leads to. */
import { NONE, toSignalValue } from "./signals.ts";
import type { Query } from "./query.ts";
import { DEFAULT_SOURCE, type Told } from "./told.ts";

/** What {@link toSignalValue} would leave as it is. */
const SLUG = /^[a-z0-9_](?:[a-z0-9_-]{0,46}[a-z0-9_])?$/;
const EVENT_CONTENT = /^(?:match|event|title)-/i;

const NOTHING: Told = { value: NONE, source: DEFAULT_SOURCE };

export function readCampaign(request: Query, landing: Query | undefined): Told {
  return campaignOf(request, "parameter") ?? (landing && campaignOf(landing, "landing parameter")) ?? NOTHING;
}

function campaignOf(query: Query, place: string): Told | undefined {
  return (
    told(query.utmCampaign, place, "utm_campaign") ??
    told(query.utmId, place, "utm_id") ??
    told(query.campaign, place, "campaign")
  );
}

/** On the API request `item` and `title` are the API's own, so only a page's count. */
export function readEvent(request: Query, landing: Query | undefined): Told {
  return (
    told(request.event, "parameter", "event") ??
    told(request.match, "parameter", "match") ??
    (landing && eventOfPage(landing)) ??
    contentOf(request, "parameter") ??
    (landing && contentOf(landing, "landing parameter")) ??
    NOTHING
  );
}

function eventOfPage(landing: Query): Told | undefined {
  return (
    told(landing.event, "landing parameter", "event") ??
    told(landing.match, "landing parameter", "match") ??
    told(landing.title, "landing parameter", "title") ??
    told(landing.item, "landing parameter", "item")
  );
}

function contentOf({ utmContent }: Query, place: string): Told | undefined {
  return utmContent !== undefined && EVENT_CONTENT.test(utmContent)
    ? told(utmContent, place, "utm_content")
    : undefined;
}

function told(text: string | undefined, place: string, parameter: string): Told | undefined {
  if (text === undefined) return undefined;
  const value = SLUG.test(text) ? text : toSignalValue(text).toLowerCase();
  return value === NONE ? undefined : { value, source: `${place} ${parameter}` };
}
