/**
 * Picks the parameters that carry signals out of a query string, in one pass. `URLSearchParams` would decode
 * all of them and be searched forty times; this reader looks each name up once.
 */
import { CLICK_IDS } from "./click-ids.ts";
import { decodePercent, decodeTwice } from "./percent.ts";
import { isPlaceholder, isPlain, plainValue } from "./plain-value.ts";

const MAX_QUERY_LENGTH = 8192;
const MAX_VALUE_LENGTH = 2048;
const MAX_NAME_LENGTH = 32;

/** The first value of each parameter, decoded. Empty ones and words for nothing are no values. */
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
 * `search` is a query string, with or without its `?`. Only its first 8,192 characters are read. Links are
 * read as they were meant where that is plain: names in any letter case, `&amp;` for `&`, a second `?`, what
 * was encoded twice. Never throws.
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
  keepPairs(query, MAY_NEST.test(text) && NESTED.test(text) ? withoutNested(text) : text);
  return query;
}

function keepPairs(query: Query, text: string): void {
  let equals = text.indexOf("=");
  for (let from = text.startsWith("?") ? 1 : 0, to = 0; from < text.length; from = to + 1) {
    const ampersand = text.indexOf("&", from);
    to = ampersand === -1 ? text.length : ampersand;
    // The position is kept from pair to pair, so that a query of nothing but `&` is still read only once.
    if (equals !== -1 && equals < from) equals = text.indexOf("=", from);
    const nameEnd = equals === -1 || equals > to ? to : equals;
    keep(query, decodeName(text.slice(from, nameEnd)), text.slice(nameEnd + 1, to));
  }
}

/** Without one of these no pair begins within another one. */
const MAY_NEST = /.[?;]|%(?:3[bdf]|26)/i;
const SEPARATOR = String.raw`(?:[?;]|%26|%3f|%3b)(?:amp;|amp%3b)*`;
const NAME = "(?:utm_[a-z]+|team|campaign|event|match|region|[a-z]{1,5}clid)";
/** A pair that begins within another one, such as after a second `?`, or with its separator encoded. */
const NESTED = new RegExp(`.${SEPARATOR}${NAME}(?:=|%3d)|(?:^|[?&]|%3f)${NAME}%3d`, "i");
const NESTED_PAIRS = new RegExp(`${SEPARATOR}(${NAME})(?:=|%3d)`, "gi");
/** In an address, what follows are its own parameters. */
const ADDRESS = /\/|%2f|^referrer=/i;

function withoutNested(text: string): string {
  return text
    .split("&")
    .map((pair) => {
      const own = pair.replace(/^(?:\?|%3f)/i, "");
      if (ADDRESS.test(own)) return own;
      return own.replace(NESTED_PAIRS, "&$1=").replace(/^([a-z_]+)%3d/i, "$1=");
    })
    .join("&");
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
      query.referrer ??= referrerOf(raw);
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
      if (!keepClickId(query, name, raw)) keepMisspelt(query, name, raw);
  }
}

/** Returns false for a name that is none of a click id. */
function keepClickId(query: Query, name: string, raw: string): boolean {
  const entry = CLICK_IDS.get(name);
  if (entry === undefined) return false;
  if ((query.clickId === undefined || entry === "ad") && valueOf(raw) !== undefined) query.clickId = name;
  return true;
}

/** In another letter case, after `&amp;` or a second `?`, or as the name of a list. */
function keepMisspelt(query: Query, name: string, raw: string): void {
  if (/^[a-z0-9_]*$/.test(name)) return;
  const plain = name
    .toLowerCase()
    .replace(/^(?:amp;|#0*38;|[?;\s\ufeff])+/, "")
    .replace(/\[\w*\]$|\s+$/, "");
  if (plain !== name && plain !== "" && plain.length <= MAX_NAME_LENGTH) keep(query, plain, raw);
}

function decodeName(raw: string): string {
  return raw.includes("%") ? decodePercent(raw) : raw;
}

function valueOf(raw: string): string | undefined {
  if (raw === "") return undefined;
  return isPlain(raw) ? raw : plainValue(decodeTwice(bounded(raw)));
}

/** An address keeps its own escapes. An empty one counts, and a word for nothing says nothing. */
function referrerOf(raw: string): string | undefined {
  const value = decodePercent(bounded(raw));
  return value !== "" && isPlaceholder(value) ? undefined : value;
}

function bounded(raw: string): string {
  const text = raw.length > MAX_VALUE_LENGTH ? raw.slice(0, MAX_VALUE_LENGTH) : raw;
  return text.includes("+") ? text.replaceAll("+", " ") : text;
}
