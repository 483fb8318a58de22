/**
 * The parameters of `GET /recommendations` and the error messages for invalid ones, the same at edge and
 * origin. Pure.
 */
import { readAudience } from "./audience.ts";
import { refused, type Refusal } from "./problem.ts";
import type { Audience } from "./restrictions.ts";
import { isNobody, isPlaceholder, isPlain, unquoted } from "../signals/plain-value.ts";
import { CLUSTER_ID, CONTEXT_ID, ID_FORM, isId, MAX_SEARCH_LENGTH, QUERY_CONTEXTS } from "./wire.ts";

export type Query = {
  readonly user: string | undefined;
  readonly context: string;
  /** The item of `context=similar`, or the query of `context=search`. */
  readonly subject: { readonly name: "item" | "q"; readonly value: string } | undefined;
  /** As the parameters `country` and `rating` say. */
  readonly audience: Audience;
};

export type QueryResult = { readonly kind: "query"; readonly query: Query } | Refusal;

/** The part of `URLSearchParams` that is used here. */
export type Parameters = { readonly get: (name: string) => string | null };

/** `believesUser` is false when users must prove who they are. Then the `user` parameter is ignored. */
export function readQuery(parameters: Parameters, believesUser = true): QueryResult {
  const user = believesUser ? readUser(parameters) : undefined;
  if (typeof user === "object") return user;
  const context = valueOf(parameters, "context") ?? "homepage";
  if (!CONTEXT_ID.test(context)) return refused(400, "context", "must match [a-z0-9-]{1,32}");
  const audience = readAudience((name) => valueOf(parameters, name));
  if ("kind" in audience) return audience;
  if (context === "similar") {
    const item = valueOf(parameters, "item");
    if (item === undefined || !isId(item)) {
      return refused(400, "item", `is needed for context=similar and ${ID_FORM}`);
    }
    return { kind: "query", query: { user, context, audience, subject: { name: "item", value: item } } };
  }
  if (context === "search") {
    const q = parameters.get("q")?.trim() ?? "";
    if (q === "" || q.length > MAX_SEARCH_LENGTH) {
      return refused(400, "q", `is needed for context=search and must be 1–${MAX_SEARCH_LENGTH} characters`);
    }
    return { kind: "query", query: { user, context, audience, subject: { name: "q", value: q } } };
  }
  return { kind: "query", query: { user, context, audience, subject: undefined } };
}

/** A query that somebody has appended with a second `?`, or after `;` or `&amp;`. */
const APPENDED = /(?:[?;]|&amp;)(?:amp;)*(?:utm_[a-z]+|[a-z]{1,5}clid)=.*$/is;

/**
 * The first value of that name. What a program writes for "nothing" (`undefined`, `null`, `[object Object]`)
 * is none; an empty value is one, and no valid id.
 */
function valueOf(parameters: Parameters, name: string): string | undefined {
  const text = parameters.get(name);
  if (text === null || text === "") return text ?? undefined;
  if (isPlain(text)) return text;
  const value = unquoted(text.replace(APPENDED, ""));
  return isPlaceholder(value) ? undefined : value;
}

/** Reads the `user` parameter, if any. */
export function readUser(parameters: Parameters): string | undefined | Refusal {
  const user = valueOf(parameters, "user");
  if (user === undefined || isNobody(user)) return user === "" ? refused(400, "user", ID_FORM) : undefined;
  return isId(user) ? user : refused(400, "user", ID_FORM);
}

/**
 * Reads the `cluster` parameter, if any: the cluster whose stored page is requested, or that the edge has
 * assigned.
 */
export function readCluster(parameters: Parameters): string | undefined | Refusal {
  const cluster = valueOf(parameters, "cluster");
  return cluster === undefined || CLUSTER_ID.test(cluster)
    ? cluster
    : refused(400, "cluster", "must match [a-z0-9._-]{1,64}");
}

/** The refusal of a well-formed context without pages. `contexts` are those that pages are built for. */
export function refuseUnknownContext(context: string, contexts: readonly string[]): Refusal | undefined {
  if (contexts.includes(context) || QUERY_CONTEXTS.some((known) => known === context)) return undefined;
  return unknownContext(context, contexts);
}

export function unknownContext(context: string, contexts: readonly string[]): Refusal {
  const known = [...contexts, ...QUERY_CONTEXTS].join(", ");
  return refused(404, "context", `"${context}" is not a context; there are ${known}`);
}
