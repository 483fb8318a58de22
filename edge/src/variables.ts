/**
 * The worker's variables, and what each is for: docs/configuration.md is generated from it. The bundler
 * leaves the descriptions out of the worker, which does not use them. env.ts and
 * identity/user-token-config.ts read the values.
 */
export const VARIABLES = {
  ORIGIN_URL:
    "the origin's address, `https://origin.example.com`, or with a path in front of the routes. Without it or `EDGE_TOKEN` every page is a stored one, and events wait in their queue",
  EDGE_TOKEN: "secret, shared with the origin; at least 16 characters",
  EDGE_TOKEN_PREVIOUS:
    "secret: the token before, accepted while edge and origin change theirs; without it `EDGE_TOKEN` alone counts",
  USER_HASH_KEY:
    "secret, shared with the origin: keys the hashes that stand for users; without it `EDGE_TOKEN` does, and a new token makes them new",
  READ_CYCLE_MS: "what stands in memory follows KV within this time; KV itself takes up to a minute",
  KV_DEADLINE_MS: "how long a request waits for KV when the origin has used up its own deadline",
  SERVING_LOG_FLUSH_MS:
    "how often an isolate hands over what it has served; an isolate that is evicted loses as much",
  RETRY_BASE_S:
    "first delay before events are sent to the origin again; it grows by a tenth with each attempt",
  RETRY_CAP_S: "longest such delay; `wrangler.toml` says what follows from it",
  ALLOWED_ORIGINS:
    "web origins, separated by commas or blanks, whose pages may call this edge and post to it: `https://app.example.com`; without it none but the edge's own; `null`, `file://` and the like are those of packaged apps, as on televisions; `null` is every sandboxed frame's too",
  CROSS_SITE_COOKIES:
    "`true`: the edge is called by pages on another site than its own, which `ALLOWED_ORIGINS` names: every cookie of the edge's then has `SameSite=None; Secure; Partitioned`, since browsers keep no other there. It needs https (or localhost)",
  TRUST_COUNTRY_PARAMETER:
    "`true`: the parameter `country` (or `region`) counts for what may be shown where, even where the platform knows the country: for a gateway of your own in front of the edge, which passes on each viewer's. `start` sets it, so that rights can be tried; in production whoever may call the edge could lift them",
  COMPARE_PAGES:
    "`true`: `GET /recommendations/compare` answers with a viewer's generic, cluster and tailored page side by side, and why titles stand where they do. It asks nobody, but costs three pages; `start` sets it",
  NO_SAMPLE:
    "`true`: no decision tuples are recorded, so that rules cannot be tried on what was served; otherwise they travel with the serving log",
  OWN_HOSTS:
    "more hosts of the platform's site, with their subdomains, as `tv.example.org`: a visitor from there comes from a page of our own. The edge's own domain and `ALLOWED_ORIGINS` need no entry",
  RETURN_HOSTS:
    "payment and sign-in services, with their subdomains, as `pay.example.net`: a visitor who comes back from there came as the visit began. The well-known ones need no entry",
  ALLOWED_HOSTS:
    "host names, separated by commas or blanks: where it is set, what a browser posts under any other name is refused; without it every name is the edge's own. `start` names the loopback's, since a web page can let a name of its own point to this machine",
  USER_TOKEN_KEYS:
    'secret; where it is set, a signed token (JWT) names the user in `sub`, and `user=` is ignored; without it `user=` is believed, and there is no login at the edge. A shared secret of at least 32 characters (HS256), or a key set as JSON, `{"keys":[…]}`',
  USER_TOKEN_COOKIE: "the cookie that holds the token where there is no `Authorization: Bearer`",
  USER_TOKEN_ISSUER: "where it is set, the token's `iss` must be it; otherwise any",
  USER_TOKEN_AUDIENCE: "where it is set, the token's `aud` must name it; otherwise any",
} as const;

export type Variables = { readonly [Name in keyof typeof VARIABLES]?: string };

/** Queues delay a message by at most 12 hours. */
const MAX_DELAY_S = 43_200;

export const WHOLE_NUMBERS = {
  READ_CYCLE_MS: { least: 10, most: 3_600_000, otherwise: 30_000 },
  KV_DEADLINE_MS: { least: 1, most: 10_000, otherwise: 40 },
  // What waits behind a response may do so for 30 s.
  SERVING_LOG_FLUSH_MS: { least: 1, most: 25_000, otherwise: 10_000 },
  RETRY_BASE_S: { least: 1, most: MAX_DELAY_S, otherwise: 5 },
  RETRY_CAP_S: { least: 1, most: MAX_DELAY_S, otherwise: 14_400 },
} as const;
