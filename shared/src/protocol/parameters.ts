/**
 * The parameters of a query string, read without `URLSearchParams` wherever nothing is escaped. Edge and
 * origin read them with this one reader, so that a request is about the same user at both.
 */
import type { Parameters } from "./request-query.ts";

/**
 * Reads `search`, with or without its `?`, as `URLSearchParams` would, but takes `&amp;` for `&`. A
 * `URLSearchParams` is made only where something is escaped, since each call of it crosses from JavaScript to
 * the platform.
 */
export function parametersOf(search: string): Parameters {
  const own = search.replace(/^\?+/, "");
  const query = own.includes("&amp;") ? own.replaceAll(/&(?:amp;)+/g, "&") : own;
  // Escapes may stand in names as well as in values.
  if (/[%+]/.test(query)) return new URLSearchParams(query);
  return { get: (name) => plainParameter(query, name) };
}

const EQUALS = "=".charCodeAt(0);

/** The first of that name, in a query without escapes. */
function plainParameter(query: string, name: string): string | null {
  for (let from = 0; from <= query.length;) {
    const ampersand = query.indexOf("&", from);
    const to = ampersand === -1 ? query.length : ampersand;
    if (query.startsWith(name, from)) {
      const end = from + name.length;
      if (end === to) return "";
      if (end < to && query.charCodeAt(end) === EQUALS) return query.slice(end + 1, to);
    }
    from = to + 1;
  }
  return null;
}
