/** Parses JSON without losing digits of whole numbers. */

/**
 * A whole number of 16 digits or more may be beyond 2^53. Digits within a text follow a quote or a letter.
 */
const LONG_NUMBER = /(?:^|[:[,\s])-?\d{16}/;
const WHOLE = /^-?\d+$/;

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * Returns what JSON.parse returns, but a whole number that a double cannot hold becomes the text of its
 * digits: two ids beyond 2^53 would otherwise become one. Throws a SyntaxError when `text` is not JSON.
 */
export function parseJson(text: string): unknown {
  return LONG_NUMBER.test(text)
    ? JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1])
    : JSON.parse(text);
}

const keepDigits: Reviver = (_key, value, context) => {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && WHOLE.test(source) ? source : value;
};
