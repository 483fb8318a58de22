/**
 * Splits a line of text logs into fields: plain words, "quoted" ones with backslash escapes, and [bracketed]
 * ones.
 */

export const PLAIN = 0;
export const QUOTED = 1;
export const BRACKETED = 2;

/** More than any known format has; what follows is ignored. */
const MAX_FIELDS = 64;
const [BLANK, QUOTE, BRACKET, BACKSLASH] = [0x20, 0x22, 0x5b, 0x5c];

export type LineFields = {
  /**
   * Splits `line`. Returns false when a quote or bracket is never closed. The next call replaces the fields.
   */
  readonly split: (line: string) => boolean;
  readonly count: () => number;
  readonly markOf: (field: number) => number;
  /** The field as it stands in the line, without quotes or brackets; empty beyond the last one. */
  readonly raw: (field: number) => string;
  /** The field, decoded; `-` is empty. */
  readonly text: (field: number) => string;
};

export function createLineFields(): LineFields {
  const starts = new Int32Array(MAX_FIELDS);
  const ends = new Int32Array(MAX_FIELDS);
  const marks = new Uint8Array(MAX_FIELDS);
  let count = 0;
  let text = "";
  const raw = (field: number): string => (field < count ? text.slice(starts[field], ends[field]) : "");
  const split = (line: string): boolean => {
    text = line;
    count = 0;
    let at = 0;
    while (at < line.length && count < MAX_FIELDS) {
      const code = line.charCodeAt(at);
      if (code <= BLANK) {
        at += 1;
        continue;
      }
      const opened =
        code === QUOTE ? closingQuote(line, at + 1) : code === BRACKET ? closingBracket(line, at) : at;
      if (opened < 0) return false;
      const isWord = opened === at;
      marks[count] = isWord ? PLAIN : code === QUOTE ? QUOTED : BRACKETED;
      starts[count] = isWord ? at : at + 1;
      at = isWord ? wordEnd(line, at) : opened + 1;
      ends[count] = isWord ? at : opened;
      count += 1;
    }
    return true;
  };
  return {
    split,
    count: () => count,
    markOf: (field) => marks[field] ?? PLAIN,
    raw,
    text: (field) => unescaped(known(raw(field))),
  };
}

/** `-` says that something is unknown. */
export function known(text: string): string {
  return text === "-" ? "" : text;
}

function wordEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && line.charCodeAt(at) > BLANK) at += 1;
  return at;
}

/**
 * A quote closes a field when no backslash escapes it and the field is followed by a blank or the line's end:
 * nginx with `escape=none` writes quotes as they come.
 */
function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - 1 - slashes >= from && line.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0 && isEnd(line, at + 1)) return at;
  }
  return -1;
}

/** Returns `from` itself when what begins there is a word, such as `[2001:db8::1]:443`. */
function closingBracket(line: string, from: number): number {
  const at = line.indexOf("]", from);
  if (at < 0) return -1;
  return isEnd(line, at + 1) ? at : from;
}

function isEnd(line: string, at: number): boolean {
  return at >= line.length || line.charCodeAt(at) <= BLANK;
}

const ESCAPES = /((?:\\x[0-9a-fA-F]{2})+)|\\(["\\/bfnrtv])/g;
const CONTROLS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** Decodes `\x22`, which nginx writes, and `\"`, which Apache writes. Bytes in a row are UTF-8. */
export function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(ESCAPES, (_, bytes: string | undefined, sign: string) =>
    bytes === undefined
      ? (CONTROLS[sign] ?? sign)
      : Buffer.from(bytes.replaceAll("\\x", ""), "hex").toString("utf8"),
  );
}
