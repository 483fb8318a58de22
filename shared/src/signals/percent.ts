/** Percent-decoding that never throws. */

const ASCII_ESCAPE = /%([0-7][0-9A-Fa-f])/g;

/**
 * Decodes UTF-8 escapes. When a text is not valid UTF-8 (Latin-1, or cut in two), only its ASCII escapes are
 * decoded.
 */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(ASCII_ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}
