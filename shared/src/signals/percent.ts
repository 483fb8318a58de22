/** Percent-decoding that never throws. */

const ASCII_ESCAPE = /%([0-7][0-9A-Fa-f])/g;
/** What JavaScript's old `escape` writes. */
const UNIT_ESCAPE = /%u([0-9A-Fa-f]{4})/g;

/**
 * Decodes UTF-8 escapes. When a text is not valid UTF-8 (Latin-1, or cut in two), only its ASCII escapes are
 * decoded, and those of JavaScript's `escape`.
 */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  return decodeUtf8(text) ?? text.replace(UNIT_ESCAPE, fromHex).replace(ASCII_ESCAPE, fromHex).toWellFormed();
}

/** Decodes a text that may have been encoded twice: what is left of escapes then is a valid text again. */
export function decodeTwice(text: string): string {
  const once = decodePercent(text);
  if (!/%[0-9A-Fa-f]{2}/.test(once)) return once;
  const twice = decodeUtf8(once);
  return twice === undefined || /[\u0000-\u001f\u007f]/.test(twice) ? once : twice;
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
