/**
 * The names that edge, origin and clients share: headers, cookies, KV keys. They stand in one place so that
 * they stay equal.
 */

/** Request and response headers. The edge drops those that start with `Spillway-` from clients' requests. */
export const HEADER = {
  /** How the response was served, an RFC 9651 structured field; see served.ts. */
  served: "Spillway-Served",
  /**
   * The content's clock when the response was made, ISO 8601. Clients compute "live" and "in 58 minutes" from
   * it.
   */
  now: "Spillway-Now",
  /**
   * The isolate's demand, from edge to origin, and its credit, from origin to edge; see admission/credit.ts.
   * Signatures cover these fields and all below; see signatures/edge-auth.ts.
   */
  demand: "Spillway-Demand",
  credit: "Spillway-Credit",
  /** From edge to origin: which process the signature is for. From origin to edge: which it should be for. */
  instance: "Spillway-Instance",
  /**
   * From origin to edge: the viewer state for the viewer cookie. From edge to origin: what of the cookie's
   * the origin may not have heard of yet. Proxies between the two may add cookies.
   */
  viewer: "Spillway-Viewer",
  /** From edge to origin: the visitor's signals as JSON. */
  signals: "Spillway-Signals",
  /** From origin to edge: a rollout that was aborted, before KV says so; see routing/rollout/aborted.ts. */
  rollout: "Spillway-Rollout",
} as const;

export const COOKIE = {
  /** The favourite team; the platform's own pages set it. */
  team: "team",
  /** The age limit of the profile that watches, in years; the platform's own pages set it. */
  rating: "rating",
  /** The first-party visitor id of somebody without `user`; the edge sets it. */
  visitor: "spillway_visitor",
  /** Its name over https. Browsers take it from this host alone, so that no subdomain can plant one. */
  visitorOverHttps: "__Host-spillway_visitor",
  /** The viewer state (model/profile/viewer-state-codec.ts) in base64url. Origin and edge set it. */
  viewer: "spillway_viewer",
  /** How the visit began; the edge sets it. See signals/visit-entry.ts. */
  entry: "spillway_entry",
} as const;

export const KV_KEY = {
  routing: "routing",
  clusterIndex: "cluster-index",
  editorial: "editorial",
  suspects: "suspects",
  /** Names the versions of the two packs, so that an edge reads megabytes only when they have changed. */
  packs: "packs",
  modelPack: "model-pack",
  cataloguePack: "catalogue-pack",
  /** How many shards the viewer map has; see viewer-map.ts. */
  viewers: "viewers",
  /** Whose viewer states are void; see erasures.ts. */
  erasures: "erasures",
} as const;

export const PAGE_KEY_PREFIX = "page:";

export function pageKey(context: string, cluster: string): string {
  return `${PAGE_KEY_PREFIX}${context}:${cluster}`;
}

/**
 * The id of the cluster that holds everybody, which is the root of the index. Its page is the generic page.
 */
export const GENERIC_CLUSTER = "generic";

export const CLUSTER_ID = /^[a-z0-9._-]{1,64}$/;
export const CONTEXT_ID = /^[a-z0-9-]{1,32}$/;
export const MAX_ID_LENGTH = 128;
/**
 * True for an id of a user, an item or an event: 1 to 128 characters, no control characters, no lone
 * surrogates.
 */
export function isId(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= MAX_ID_LENGTH &&
    !/[\u0000-\u001f\u007f]/.test(text) &&
    text.isWellFormed()
  );
}

/**
 * The id that the edge gives to a visitor without a login: `v_` and the UUID of the visitor cookie. No user
 * has such an id.
 */
export const VISITOR_ID = /^v_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The error message for a text that is not an id. */
export const ID_FORM = `must be 1–${MAX_ID_LENGTH} characters without control characters`;

/** The contexts that have a page for each cluster. */
export const PAGE_CONTEXTS = ["homepage", "live", "movies", "series", "kids"] as const;

/**
 * The contexts whose answer depends on an item or a query, so that no page can be stored for each cluster.
 */
export const QUERY_CONTEXTS = ["similar", "search"] as const;

/** The longest `q` in `context=search`, in characters. */
export const MAX_SEARCH_LENGTH = 200;
