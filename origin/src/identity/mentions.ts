/**
 * Whether a text names an id: as a whole string of JSON, wherever it stands and however it is escaped, also
 * where the text is cut off or is no JSON at all. `u1` is not named by `u11`. Pure.
 */
import { VISITOR_ID } from "@spillway/shared/protocol/wire.ts";

/** Strings that hold JSON that holds strings … are read so far. A letter has a message in a text at most. */
const MAX_DEPTH = 8;

/**
 * A string of JSON; the last one of a text that is cut off has no end. Lone surrogates and raw breaks may
 * stand in it.
 */
const STRING = /"((?:[^"\\]|\\[^])*)(?:"|\\?$)/gu;
const ESCAPE = /\\(?:u([0-9a-f]{4})|([^]))/giu;
const CONTROLS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
/**
 * A string within JSON is searched when it holds JSON itself; a title may well have a word in it that is an
 * id. A letter that is one string was a message of another form, and is searched as a whole.
 */
const HOLDS_JSON = /^\s*[{["]/u;
/** What stands between the separators of other forms: a query, CSV, a log line, the numbers of JSON. */
const OTHER_TOKEN = /[^\s=&?,;:|<>"'()[\]{}]+/gu;

/** Returns a test for texts that name one of `ids`; a visitor's id also goes by the cookie's UUID. */
export function mentionTest(ids: readonly string[]): (text: string) => boolean {
  const wanted = new Set(ids.flatMap((id) => (VISITOR_ID.test(id) ? [id, id.slice(2)] : [id])));
  return (text) => mentions(text, wanted, 0);
}

function mentions(text: string, wanted: ReadonlySet<string>, depth: number): boolean {
  let outside = "";
  let from = 0;
  for (const match of text.matchAll(STRING)) {
    const value = unescaped(match[1] ?? "");
    if (wanted.has(value)) return true;
    const isWhole = match[0].length === text.trim().length;
    const isSearched = isWhole || HOLDS_JSON.test(value);
    if (depth < MAX_DEPTH && isSearched && mentions(value, wanted, depth + 1)) return true;
    outside += `${text.slice(from, match.index)}"`;
    from = match.index + match[0].length;
  }
  outside += text.slice(from);
  for (const [token] of outside.matchAll(OTHER_TOKEN)) {
    if (wanted.has(token) || wanted.has(percentDecoded(token))) return true;
  }
  return false;
}

function unescaped(inner: string): string {
  return inner.replace(ESCAPE, (_, code: string | undefined, character: string | undefined) =>
    code === undefined
      ? (CONTROLS[character ?? ""] ?? character ?? "")
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function percentDecoded(token: string): string {
  if (!token.includes("%")) return token;
  try {
    return decodeURIComponent(token.replaceAll("+", " "));
  } catch {
    return token;
  }
}
