/** The parameters of a query string, read without the platform's help wherever nothing is escaped. */
import type { Parameters } from "@spillway/shared/protocol/request-query.ts";

/**
 * `search` with or without its `?`, read as `URLSearchParams` reads it. A `URLSearchParams` is made only for what is
 * escaped: it lives on the platform's side, so that each look at it crosses over and back.
 */
export function parametersOf(search: string): Parameters {
  const query = search.startsWith("?") ? search.slice(1) : search;
  // A name may be escaped, too.
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
