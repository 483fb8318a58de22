/**
 * Reads what the link was about: the campaign that it belongs to, and the match or title that it leads to.
 */
import { NONE, type TextForms } from "./signals.ts";
import { textFormsOf, toSignalValue } from "./signal-value.ts";
import { isPlaceholder } from "./plain-value.ts";
import type { Query } from "./query.ts";
import { DEFAULT_SOURCE, type TracedValue } from "./traced-value.ts";

/** Text that {@link toSignalValue} would leave unchanged. */
const SLUG = /^[a-z0-9_](?:[a-z0-9_-]{0,46}[a-z0-9_])?$/;
const EVENT_CONTENT = /^(?:match|event|title)-/i;

const NOTHING: TracedValue = { value: NONE, source: DEFAULT_SOURCE };

export function readCampaign(request: Query, landing: Query | undefined): TracedValue {
  return campaignOf(request, "parameter") ?? (landing && campaignOf(landing, "landing parameter")) ?? NOTHING;
}

function campaignOf(query: Query, place: string): TracedValue | undefined {
  return (
    readSlug(campaignName(query.utmCampaign), place, "utm_campaign") ??
    readSlug(query.utmId, place, "utm_id") ??
    readSlug(campaignName(query.campaign), place, "campaign")
  );
}

/** What Google Analytics writes where a visit has no campaign is none. */
function campaignName(text: string | undefined): string | undefined {
  return text !== undefined && /^\((?:direct|organic|referral|other)\)$/i.test(text.trim())
    ? undefined
    : text;
}

/** On an API request `item` and `title` are parameters of the API, so they count only on a landing page. */
export function readEvent(request: Query, landing: Query | undefined): TracedValue {
  return (
    readSlug(request.event, "parameter", "event") ??
    readSlug(request.match, "parameter", "match") ??
    (landing && eventOfPage(landing)) ??
    contentOf(request, "parameter") ??
    (landing && contentOf(landing, "landing parameter")) ??
    NOTHING
  );
}

function eventOfPage(landing: Query): TracedValue | undefined {
  return (
    readSlug(landing.event, "landing parameter", "event") ??
    readSlug(landing.match, "landing parameter", "match") ??
    readSlug(landing.title, "landing parameter", "title") ??
    readSlug(landing.item, "landing parameter", "item")
  );
}

function contentOf({ utmContent }: Query, place: string): TracedValue | undefined {
  return utmContent !== undefined &&
    EVENT_CONTENT.test(utmContent) &&
    !isPlaceholder(utmContent.replace(EVENT_CONTENT, ""))
    ? readSlug(utmContent, place, "utm_content")
    : undefined;
}

function readSlug(text: string | undefined, place: string, parameter: string): TracedValue | undefined {
  if (text === undefined) return undefined;
  const { value, forms } = SLUG.test(text) ? { value: text } : topicOf(text);
  if (value === NONE) return undefined;
  const source = `${place} ${parameter}`;
  return forms === undefined ? { value, source } : { value, source, forms };
}

type Topic = { readonly value: string; readonly forms?: TextForms | undefined };

const MAX_TOPICS = 256;
/** In a spike most visitors come by few links, and a text beyond ASCII takes ten times as long as others. */
const topics = new Map<string, Topic>();

function topicOf(text: string): Topic {
  const known = topics.get(text);
  if (known !== undefined) return known;
  const value = toSignalValue(text).toLowerCase();
  const topic = { value, forms: textFormsOf(text, value) };
  if (topics.size === MAX_TOPICS) topics.clear();
  topics.set(text, topic);
  return topic;
}
