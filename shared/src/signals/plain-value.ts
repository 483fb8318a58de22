/**
 * What a client meant by a text: the value inside of quotes, JSON or a signed cookie, and no value at all
 * where a program wrote its word for "nothing", or an advertising system left its macro unfilled. Only what
 * is plain is read: any other text stays as it is.
 */

/** `undefined`, `null`, `undefined-null`, `(not set)`, `[object Object]`, `-`. */
const NOTHING =
  /^(?:(?:undefined|null)(?:[-_ .,:;|/](?:undefined|null))*|[(<]null[)>]|\((?:not[ _-]?set|none|not[ _-]provided)\)|n\/a|\[object \w+\]|-+)$/i;
/** In this letter case alone: `NAN` and `NIL` may be codes. */
const NOTHING_AS_WRITTEN: ReadonlySet<string> = new Set(["", "NaN", "nil"]);
/** Python and others write it. Of a team or campaign it is the value `none`, and an item may be called so. */
const NO_USER = /^none$/i;

/** A macro begins with one of these signs, or with `__`. */
const MACRO_SIGNS = /[{[<%*$#]|__/;
/**
 * Google `{campaignid}`, Meta `{{campaign.name}}`, `${…}`, `#{…}`, Google Ad Manager `%%…%%`, Mailchimp
 * `*|…|*`. In single brackets and percent signs a text may stand too, so there
 * only words for what such systems fill in count.
 */
const MACRO = new RegExp(
  [
    String.raw`\{\{[^{}]*\}\}|[$#]?\{[\w.: -]+\}|%%[^%]+%%|\*\|[^|]*\|\*`,
    String.raw`(?:\[|<|%)(?:insert[_-]|your[_-])?(?:campaign|ad|adset|ad_?group|creative|placement|source|site|medium|keyword|publisher|network|device|user|team|event|click|cache|timestamp|random|utm|id|name)(?:[_.-]?[\w.-]*)(?:\]|>|%)`,
  ].join("|"),
  "gi",
);

/** TikTok `__CAMPAIGN_NAME__`. */
const CAPITALS_MACRO = /__[A-Z][A-Z0-9_]*__/g;

/** Most texts: without a sign of their own, and without the first letters of a word for nothing. */
const PLAIN = /^(?!n[aiu]|und)[a-z0-9][\w.-]{0,127}$/i;

/** True for a text that nobody could mean otherwise: neither encoded nor quoted, nor a word for nothing. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.includes("__");
}

/** True for a text that stands for no value. */
export function isPlaceholder(text: string): boolean {
  if (isPlain(text)) return false;
  const trimmed = text.trim();
  if (NOTHING_AS_WRITTEN.has(trimmed) || NOTHING.test(trimmed)) return true;
  return MACRO_SIGNS.test(trimmed) && trimmed.length <= 256 && isMacro(trimmed);
}

/** True for a text that is nobody's id. */
export function isNobody(text: string): boolean {
  return isPlaceholder(text) || NO_USER.test(text);
}

/** A text of one or more macros, with nothing but signs between them. */
function isMacro(text: string): boolean {
  const rest = text.replace(MACRO, "").replace(CAPITALS_MACRO, "");
  return rest.length < text.length && !/[\p{L}\p{N}]/u.test(rest);
}

/**
 * Express signs a cookie as `s:<value>.<HMAC-SHA-256 in base 64>`. Nobody here can check it, and it is a
 * hint.
 */
const SIGNED = /^s:(.+)\.[A-Za-z0-9+/]{43}=?$/s;

/** Returns undefined where the text stands for no value. Never throws. */
export function plainValue(text: string): string | undefined {
  if (isPlain(text)) return text;
  const signed = SIGNED.exec(text)?.[1] ?? text;
  const value = unquoted(fromJson(signed.startsWith("j:") ? signed.slice(2) : signed) ?? signed);
  return isPlaceholder(value) ? undefined : value;
}

const QUOTED = /^(?:"(.*)"|'(.*)'|\\"(.*)\\"|“(.*)”)$/s;

/** Takes off a pair of quotation marks: of JSON, RFC 6265, Python, or of a text that was copied. */
export function unquoted(text: string): string {
  const quoted = text.length < 2 || isPlain(text) ? null : QUOTED.exec(text);
  if (quoted === null) return text;
  const parsed = text.startsWith('"') ? parseJson(text) : undefined;
  return typeof parsed === "string" ? parsed : (quoted.slice(1).find((inner) => inner !== undefined) ?? text);
}

/**
 * The one value in a JSON text: a string, the only entry of a list, the only field of an object, or its
 * `code` or `value`. Empty where the JSON says that there is none; undefined where it is no such JSON.
 */
function fromJson(text: string): string | undefined {
  if (!/^\s*["[{]/.test(text) || text.length > 4096) return undefined;
  return single(parseJson(text), 3);
}

function single(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") return /^\s*["[{]/.test(value) && depth > 0 ? reread(value, depth) : value;
  if (typeof value === "number") return String(value);
  if (value === null) return "";
  if (typeof value !== "object" || depth === 0) return undefined;
  const fields = Object.values(value);
  if (fields.length === 0) return "";
  const { code, value: own } = value as { code?: unknown; value?: unknown };
  return single(fields.length === 1 ? fields[0] : (code ?? own), depth - 1);
}

/** A library that writes JSON was given JSON. */
function reread(text: string, depth: number): string {
  return single(parseJson(text), depth - 1) ?? text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It only looked like JSON.
    return undefined;
  }
}
