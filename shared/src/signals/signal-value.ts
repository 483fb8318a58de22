/**
 * Turns any text into a signal value: ASCII, short, and another one for another text, whatever its script.
 * Where the letters of a text do not all fit into ASCII, its value ends in a short hash of the text
 * (docs/decisions/0020-texts-beyond-ascii.md). Pure, and the same on every machine and in every release.
 */
import { blake2s } from "@noble/hashes/blake2.js";
import { MAX_SIGNAL_VALUE_LENGTH, NONE, type TextForms } from "./signals.ts";

/** Of a longer text only so many code points count. */
const MAX_CODE_POINTS = 256;
/** So many code points of a text are kept to be shown. */
const MAX_SHOWN_CODE_POINTS = 64;

const ASCII = /^[\x00-\x7f]*$/;
/** Text that is its own value. */
const SLUG = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,46}[A-Za-z0-9_])?$/;
const EDGE_DASHES = /^-+|-+$/g;
const NOT_IN_SLUG = /[^A-Za-z0-9_]+/g;
/** Accents, as they stand after a letter in NFKD. */
const ACCENTS = /[\u0300-\u036f]/g;
/** Joiners, marks of direction, soft hyphens, variation selectors: what nobody sees. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/**
 * Blanks and punctuation of every script. The signs after `|` are those that ASCII has and Unicode calls
 * symbols.
 */
const SEPARATORS = /(?:(?!_)[\p{P}\p{Z}\p{Cc}\p{Cf}\p{Cs}]|[$+<=>^`|~])+/gu;
/** What stands for something and is not ASCII: letters, digits, marks, emoji. */
const BEYOND_ASCII = /[^\x00-\x7f\p{P}\p{Z}\p{Cc}\p{Cf}\p{Cs}]/u;

/** Latin letters that Unicode does not take apart. With a stroke they are read as without, as accents are. */
const LATIN: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["ẞ", "SS"],
  ["ø", "o"],
  ["Ø", "O"],
  ["ł", "l"],
  ["Ł", "L"],
  ["đ", "d"],
  ["Đ", "D"],
  ["ð", "d"],
  ["Ð", "D"],
  ["þ", "th"],
  ["Þ", "Th"],
  ["æ", "ae"],
  ["Æ", "Ae"],
  ["œ", "oe"],
  ["Œ", "Oe"],
  ["ħ", "h"],
  ["Ħ", "H"],
  ["ŧ", "t"],
  ["Ŧ", "T"],
  ["ı", "i"],
]);
const LATIN_LETTERS = new RegExp(`[${[...LATIN.keys()].join("")}]`, "gu");

/**
 * Returns a value of at most `maxLength` characters of `[A-Za-z0-9_-]`: accents are dropped, and each run of
 * other characters becomes one dash. Where that loses letters, or cuts them off, a hash of the text follows.
 * It is `none` when the text has neither letters nor signs.
 */
export function toSignalValue(text: string, maxLength = MAX_SIGNAL_VALUE_LENGTH): string {
  if (text.length <= maxLength && SLUG.test(text)) return text;
  const bounded = ASCII.test(text) ? text.slice(0, MAX_CODE_POINTS) : firstCodePoints(text, MAX_CODE_POINTS);
  const latin = withoutAccents(bounded);
  const slug = latin.replace(NOT_IN_SLUG, "-").replace(EDGE_DASHES, "");
  if (slug.length <= maxLength && !BEYOND_ASCII.test(latin)) return slug === "" ? NONE : slug;
  const hash = shortHash(foldText(bounded));
  const head = slug.slice(0, maxLength - hash.length - 1).replace(EDGE_DASHES, "");
  return head === "" ? hash : `${head}-${hash}`;
}

/** Undefined for a text whose lower-case value says all, as that of most ASCII texts does. */
export function textFormsOf(text: string, value = toSignalValue(text).toLowerCase()): TextForms | undefined {
  if (text.length <= MAX_SIGNAL_VALUE_LENGTH && ASCII.test(text)) return undefined;
  const shown = firstCodePoints(foldText(text), MAX_SHOWN_CODE_POINTS);
  const folded = foldedBefore(text);
  if (shown === "" || (shown === value && folded === value)) return undefined;
  return folded === value || folded === NONE ? { text: shown } : { text: shown, folded };
}

/**
 * The text as texts are compared: in Unicode's compatibility form, without letter case and without what
 * nobody sees (NFKC_Casefold, Unicode 3.13), with one dash for each run of blanks and punctuation.
 */
export function foldText(text: string): string {
  return foldPrefix(text).replace(EDGE_DASHES, "");
}

/** As {@link foldText}, but with the dash at the end, which tells `qf-*` from `qf*`. */
function foldPrefix(text: string): string {
  return foldCase(text.replace(INVISIBLE, "").normalize("NFKC"))
    .normalize("NFKC")
    .replace(SEPARATORS, "-")
    .replace(/^-+/, "");
}

/** The beginnings of values and texts that begin with `text`. */
export function prefixesOfText(text: string): readonly string[] {
  const folded = foldPrefix(text);
  const latin = withoutAccents(folded);
  return latin === folded || BEYOND_ASCII.test(latin) ? [folded] : [folded, latin];
}

/**
 * JavaScript has no case folding: upper case takes `ß` to `SS`, as full folding does, after lower case has
 * taken `ẞ` to `ß`. It also takes the dotless `ı` to `i`, so that Turkish capitals match.
 */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

function withoutAccents(text: string): string {
  if (ASCII.test(text)) return text;
  return text
    .replace(INVISIBLE, "")
    .normalize("NFKD")
    .replace(ACCENTS, "")
    .replace(LATIN_LETTERS, (letter) => LATIN.get(letter) ?? letter);
}

/** The value that releases up to 0.1 gave, in lower case. Rules, pins and indexes of that time name it. */
function foldedBefore(text: string): string {
  const slug = text
    .slice(0, 256)
    .normalize("NFKD")
    .replace(ACCENTS, "")
    .replace(NOT_IN_SLUG, "-")
    .replace(EDGE_DASHES, "")
    .slice(0, MAX_SIGNAL_VALUE_LENGTH)
    .replace(EDGE_DASHES, "");
  return slug === "" ? NONE : slug.toLowerCase();
}

function firstCodePoints(text: string, count: number): string {
  let end = 0;
  for (let points = 0; points < count && end < text.length; points += 1) end += widthAt(text, end);
  return text.slice(0, end);
}

/** UTF-16 units of the code point there. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** Crockford's base 32, in lower case. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const HASH_DIGITS = 10;
const encoder = new TextEncoder();

/**
 * 50 bits of BLAKE2s (RFC 7693), as ten digits of 5 bits each. Among 10⁵ campaigns without any ASCII letter,
 * two share it with a chance of 4 in a million.
 */
function shortHash(text: string): string {
  let bits = 0;
  let held = 0;
  let digits = "";
  for (const byte of blake2s(encoder.encode(text), { dkLen: 8 })) {
    bits = ((bits << 8) | byte) & 0xfff;
    held += 8;
    while (held >= 5 && digits.length < HASH_DIGITS) {
      held -= 5;
      digits += DIGITS.charAt((bits >> held) & 31);
    }
  }
  return digits;
}
