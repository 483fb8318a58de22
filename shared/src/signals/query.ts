/**
 * Picks the parameters that carry signals out of a query string, in one pass. `URLSearchParams` would decode
 * all of them and be searched forty times; this reader looks each name up once.
 */
import { CLICK_IDS } from "./click-ids.ts";
import { decodePercent } from "./percent.ts";

const MAX_QUERY_LENGTH = 8192;
const MAX_VALUE_LENGTH = 2048;

/** The first non-empty value of each parameter, decoded. */
export type Query = {
  team: string | undefined;
  region: string | undefined;
  /**
   * What the page knows as `document.referrer`. An empty string counts too: the page says that there was no
   * referrer.
   */
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
  /** The name of the click id that says most. The id of an advertisement takes precedence. */
  clickId: string | undefined;
};

/**
 * `search` is a query string, with or without its `?`. Only its first 8,192 characters are read. Never
 * throws.
 */
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
    // The position is kept from pair to pair, so that a query of nothing but `&` is still read only once.
    if (equals !== -1 && equals < from) equals = text.indexOf("=", from);
    const nameEnd = equals === -1 || equals > to ? to : equals;
    keep(query, decodeName(text.slice(from, nameEnd)), text.slice(nameEnd + 1, to));
  }
  return query;
}

/** A switch takes half the time, because a map would hash every name. */
function keep(query: Query, name: string, raw: string): void {
  switch (name) {
    case "user":
    case "context":
      return;
    case "team":
      query.team ??= valueOf(raw);
      return;
    case "region":
      query.region ??= valueOf(raw);
      return;
    case "referrer":
      query.referrer ??= valueOf(raw) ?? "";
      return;
    case "utm_source":
      query.utmSource ??= valueOf(raw);
      return;
    case "utm_medium":
      query.utmMedium ??= valueOf(raw);
      return;
    case "utm_campaign":
      query.utmCampaign ??= valueOf(raw);
      return;
    case "utm_id":
      query.utmId ??= valueOf(raw);
      return;
    case "utm_content":
      query.utmContent ??= valueOf(raw);
      return;
    case "campaign":
      query.campaign ??= valueOf(raw);
      return;
    case "event":
      query.event ??= valueOf(raw);
      return;
    case "match":
      query.match ??= valueOf(raw);
      return;
    case "title":
      query.title ??= valueOf(raw);
      return;
    case "item":
      query.item ??= valueOf(raw);
      return;
    default:
      keepClickId(query, name, raw);
  }
}

function keepClickId(query: Query, name: string, raw: string): void {
  const entry = CLICK_IDS.get(name);
  if (entry !== undefined && raw !== "" && (query.clickId === undefined || entry === "ad"))
    query.clickId = name;
}

function decodeName(raw: string): string {
  return raw.includes("%") ? decodePercent(raw) : raw;
}

function valueOf(raw: string): string | undefined {
  if (raw === "") return undefined;
  const bounded = raw.length > MAX_VALUE_LENGTH ? raw.slice(0, MAX_VALUE_LENGTH) : raw;
  return decodePercent(bounded.includes("+") ? bounded.replaceAll("+", " ") : bounded);
}
