/** Percent-decoding that never throws. */

const ASCII_ESCAPE = /%([0-7][0-9A-Fa-f])/g;
/** What JavaScript's old `escape` writes. */
const UNIT_ESCAPE = /%u([0-9A-Fa-f]{4})/g;

/** The escapes of a character of which the end is missing. */
const CUT_OFF =
  /(?:%[cd][\da-f]|%e[\da-f](?:%[89ab][\da-f])?|%f[0-7](?:%[89ab][\da-f]){0,2})?(?:%[\da-f]?)?$/i;
/** Without one of these, an escape at the end is a letter of Latin-1. */
const BEYOND_ASCII_ESCAPE = /%[c-f][\da-f]%[89ab]/i;

/**
 * Decodes UTF-8 escapes. A text that was cut within a character loses what is left of it. When a text is not
 * valid UTF-8 (Latin-1), only its ASCII escapes are decoded, and those of JavaScript's `escape`.
 */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  return (
    decodeUtf8(text) ??
    decodeCut(text) ??
    text.replace(UNIT_ESCAPE, fromHex).replace(ASCII_ESCAPE, fromHex).toWellFormed()
  );
}

/** Decodes a text that may have been encoded twice: what is left of escapes then is a valid text again. */
export function decodeTwice(text: string): string {
  const once = decodePercent(text);
  if (!/%[0-9A-Fa-f]{2}/.test(once)) return once;
  const twice = decodeUtf8(once);
  return twice === undefined || /[\u0000-\u001f\u007f]/.test(twice) ? once : twice;
}

function decodeCut(text: string): string | undefined {
  const whole = text.slice(0, text.search(CUT_OFF));
  return whole !== text && BEYOND_ASCII_ESCAPE.test(whole) ? decodeUtf8(whole) : undefined;
}

function decodeUtf8(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // The caller reads what is left to be read.
    return undefined;
  }
}

function fromHex(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
