/**
 * Picks the parameters that tell signals out of a query string, in one pass. `URLSearchParams` would decode all of them
 * and be searched forty times; this one looks each name up once.
 */
import { CLICK_IDS } from "./click-ids.ts";
import { decodePercent } from "./percent.ts";

const MAX_QUERY_LENGTH = 8192;
const MAX_VALUE_LENGTH = 2048;

/** The first value of each parameter that is not empty, decoded. */
export type Query = {
  team: string | undefined;
  region: string | undefined;
  /** What the page knows as `document.referrer`. The empty string counts: the page says that there was none. */
  referrer: string | undefined;
  utmSource: string | undefined;
  utmMedium: string | undefined;
  utmCampaign: string | undefined;
  utmId: string | undefined;
  utmContent: string | undefined;
  campaign: string | undefined;
  event: string | undefined;
  match: string | undefined;
  title: string | undefined;
  item: string | undefined;
  /** The name of the click id that says most: an advertisement's before any other. */
  clickId: string | undefined;
};

const PARAMETERS: ReadonlyMap<string, Exclude<keyof Query, "clickId">> = new Map([
  ["team", "team"],
  ["region", "region"],
  ["referrer", "referrer"],
  ["utm_source", "utmSource"],
  ["utm_medium", "utmMedium"],
  ["utm_campaign", "utmCampaign"],
  ["utm_id", "utmId"],
  ["utm_content", "utmContent"],
  ["campaign", "campaign"],
  ["event", "event"],
  ["match", "match"],
  ["title", "title"],
  ["item", "item"],
]);

/** `search` is a query string, with or without its `?`. Never throws; reads at most 8,192 characters. */
export function readQuery(search: string): Query {
  const query: Query = {
    team: undefined,
    region: undefined,
    referrer: undefined,
    utmSource: undefined,
    utmMedium: undefined,
    utmCampaign: undefined,
    utmId: undefined,
    utmContent: undefined,
    campaign: undefined,
    event: undefined,
    match: undefined,
    title: undefined,
    item: undefined,
    clickId: undefined,
  };
  const text = search.length > MAX_QUERY_LENGTH ? search.slice(0, MAX_QUERY_LENGTH) : search;
  let equals = 0;
  for (let from = text.startsWith("?") ? 1 : 0, to = 0; from < text.length; from = to + 1) {
    const ampersand = text.indexOf("&", from);
    to = ampersand === -1 ? text.length : ampersand;
    // Kept across pairs, so that a query of nothing but `&` is still read once.
    if (equals !== -1 && equals < from) equals = text.indexOf("=", from);
    const nameEnd = equals === -1 || equals > to ? to : equals;
    keep(query, decodeName(text.slice(from, nameEnd)), text.slice(nameEnd + 1, to));
  }
  return query;
}

function keep(query: Query, name: string, raw: string): void {
  const parameter = PARAMETERS.get(name);
  if (parameter !== undefined) {
    if (query[parameter] === undefined && (raw !== "" || parameter === "referrer")) {
      query[parameter] = decodeValue(raw);
    }
    return;
  }
  const entry = CLICK_IDS.get(name);
  if (entry !== undefined && raw !== "" && (query.clickId === undefined || entry === "ad"))
    query.clickId = name;
}

function decodeName(raw: string): string {
  return raw.includes("%") ? decodePercent(raw) : raw;
}

function decodeValue(raw: string): string {
  const bounded = raw.length > MAX_VALUE_LENGTH ? raw.slice(0, MAX_VALUE_LENGTH) : raw;
  return decodePercent(bounded.includes("+") ? bounded.replaceAll("+", " ") : bounded);
}
