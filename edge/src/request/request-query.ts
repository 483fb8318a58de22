/** What a client asks for, from its URL's parameters; what cannot be read is refused with the parameter's name. */
import {
  CONTEXT_ID,
  isId,
  MAX_ID_LENGTH,
  MAX_SEARCH_LENGTH,
  QUERY_CONTEXTS,
} from "@spillway/shared/protocol/wire.ts";

export type Query = {
  readonly user: string | undefined;
  readonly context: string;
  /** What `context=similar` or `context=search` is about, as the origin's parameter. */
  readonly subject: { readonly name: "item" | "q"; readonly value: string } | undefined;
};

export type Refusal = {
  readonly kind: "refused";
  readonly status: 400 | 404;
  readonly key: string;
  readonly reason: string;
};
export type QueryResult = { readonly kind: "query"; readonly query: Query } | Refusal;

const ID_FORM = `must be 1–${MAX_ID_LENGTH} characters without control characters`;

/** What is asked of `URLSearchParams`. */
export type Parameters = Pick<URLSearchParams, "get">;

/**
 * The parameters of a query string, with or without its `?`, as `URLSearchParams` reads them. That one is made only for
 * what is escaped: it lives on the platform's side, and each look at it crosses over and back.
 */
export function parametersOf(search: string): Parameters {
  const query = search.startsWith("?") ? search.slice(1) : search;
  // A name may be escaped, too.
  if (/[%+]/.test(query)) return new URLSearchParams(query);
  return { get: (name) => plainParameter(query, name) };
}

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

const EQUALS = "=".charCodeAt(0);

/** `believesUser`: false where users prove who they are; then the `user` parameter is not even looked at. */
export function readQuery(parameters: Parameters, believesUser = true): QueryResult {
  const user = believesUser ? readUser(parameters) : undefined;
  if (typeof user === "object") return user;
  const context = parameters.get("context") ?? "homepage";
  if (!CONTEXT_ID.test(context)) return refused("context", "must match [a-z0-9-]{1,32}");
  if (context === "similar") {
    const item = parameters.get("item");
    if (item === null || !isId(item)) return refused("item", `is needed for context=similar and ${ID_FORM}`);
    return { kind: "query", query: { user, context, subject: { name: "item", value: item } } };
  }
  if (context === "search") {
    const q = parameters.get("q")?.trim() ?? "";
    if (q === "" || q.length > MAX_SEARCH_LENGTH) {
      return refused("q", `is needed for context=search and must be 1–${MAX_SEARCH_LENGTH} characters`);
    }
    return { kind: "query", query: { user, context, subject: { name: "q", value: q } } };
  }
  return { kind: "query", query: { user, context, subject: undefined } };
}

/** The `user` parameter, if any. */
export function readUser(parameters: Parameters): string | undefined | Refusal {
  const user = parameters.get("user") ?? undefined;
  return user === undefined || isId(user) ? user : refused("user", ID_FORM);
}

/** 404 for a context that has the right form and no pages. `contexts`: those that pages are built for. */
export function refuseUnknownContext(context: string, contexts: readonly string[]): Refusal | undefined {
  if (contexts.includes(context) || isQueryContext(context)) return undefined;
  const known = [...contexts, ...QUERY_CONTEXTS].join(", ");
  return {
    kind: "refused",
    status: 404,
    key: "context",
    reason: `"${context}" is not a context; there are ${known}`,
  };
}

function isQueryContext(context: string): boolean {
  return QUERY_CONTEXTS.some((known) => known === context);
}

function refused(key: string, reason: string): Refusal {
  return { kind: "refused", status: 400, key, reason };
}
