/** The names that edge, origin and clients share: headers, cookies, KV keys. One place, so that none drifts. */

/** Request and response headers. Those that start with `Spillway-` are dropped from client requests at the edge. */
export const HEADER = {
  /** How the response was served, an RFC 9651 structured field; see served.ts. */
  served: "Spillway-Served",
  /** The content's clock when the response was made, ISO 8601: what "live" and "in 58 minutes" are reckoned from. */
  now: "Spillway-Now",
  /** Edge → origin: this request was admitted; see edge-auth.ts for the proof it carries. */
  admit: "Spillway-Admit",
  /** Edge → origin, on every other route: the request comes from our edge. */
  edge: "Spillway-Edge",
  /** Origin → edge: the reply comes from our origin. */
  proof: "Spillway-Proof",
  /** Edge → origin: the isolate's demand; origin → edge: its credit. Both under the signatures; see admission/credit.ts. */
  demand: "Spillway-Demand",
  credit: "Spillway-Credit",
  /** Edge → origin: the visitor's signals, JSON. */
  signals: "Spillway-Signals",
} as const;

export const COOKIE = {
  /** The favourite team, set by the platform's own pages. */
  team: "team",
  /** First-party visitor id of somebody without `user`, set by the edge. */
  visitor: "spillway_visitor",
  /** Affinity, recency and depth, set by the origin: `v1.<affinity>.<recency>.<depth>`; a hint, never trusted. */
  profile: "spillway_profile",
} as const;

export const KV_KEY = {
  routing: "routing",
  clusterIndex: "cluster-index",
  editorial: "editorial",
  suspects: "suspects",
} as const;

export function pageKey(context: string, cluster: string): string {
  return `page:${context}:${cluster}`;
}

/** The id of the cluster that holds everybody, the root of the index. Its page is the generic page. */
export const GENERIC_CLUSTER = "generic";

export const CLUSTER_ID = /^[a-z0-9._-]{1,64}$/;
export const CONTEXT_ID = /^[a-z0-9-]{1,32}$/;
/** Ids of users, items and events: printable, bounded, never empty. */
export const MAX_ID_LENGTH = 128;
/** True for an id of a user, an item or an event: 1 to 128 characters, no control characters, no lone surrogates. */
export function isId(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= MAX_ID_LENGTH &&
    !/[\u0000-\u001f\u007f]/.test(text) &&
    text.isWellFormed()
  );
}

/** A visitor without a login, as the edge names one: `v_` and the UUID of the visitor cookie. No user has such an id. */
export const VISITOR_ID = /^v_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Contexts that have a page for each cluster. */
export const PAGE_CONTEXTS = ["homepage", "live", "movies", "series", "kids"] as const;

/** Contexts whose answer depends on an item or a query, so that no page can be stored for each cluster. */
export const QUERY_CONTEXTS = ["similar", "search"] as const;

/** Of `q` in `context=search`, in characters. */
export const MAX_SEARCH_LENGTH = 200;
