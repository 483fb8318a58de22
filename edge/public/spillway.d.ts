/**
 * The browser's event client, `spillway.js`: it records what viewers see, click and play, and keeps each
 * event until `POST /events` has accepted it.
 *
 * ```html
 * <a href="/watch/i7" data-spillway-item="i7" data-spillway-carousel="live-next" data-spillway-position="0">…</a>
 * <script type="module">
 *   import { createSpillway } from "https://edge.example/spillway.js";
 *   const query = "user=u42&context=homepage&team=ESP";
 *   const response = await fetch(`https://edge.example/recommendations?${query}`, { credentials: "include" });
 *   const served = response.headers.get("Spillway-Served");
 *   const page = await response.json(); // a Page, below
 *   createSpillway({ endpoint: "https://edge.example/events", query, served, context: page.context });
 * </script>
 * ```
 *
 * **Impressions**: an element with `data-spillway-item` counts when at least half of it has been in view for
 * a second, in a visible tab. Elements may come and go, but the card of another item must be a new element.
 * **Clicks**: on such an element or in it. **Playback** of a `<video>` with these attributes, which counts as
 * no card: `play`; `progress` when playback first reaches the second, third and last quarter, with the share
 * reached; `complete` at the end. All events but clicks and `hide` count once for each page view, item and
 * carousel.
 *
 * **The outbox** is `localStorage` (memory when that is full or forbidden). It holds the newest 500 events of
 * all tabs, each under its own key `spillway:<id>?<query>`, so that tabs never overwrite each other's events.
 * It is sent every two seconds, and at once when it has twenty events, in batches of at most 40 events with
 * the same query. These are smaller than the 64 KiB that a beacon may have. Only an answer removes events:
 * 202, or 400, 413 and 415, which another try would not change. After any other answer the client waits for
 * `Retry-After` plus 2, 4, 8 … 256 s, times a random 1 to 2, or until the browser is online again. One post
 * is on its way at a time, of all tabs (Web Locks): the answer brings the viewer cookie with what was posted,
 * and no older cookie may replace a newer one. When the page is hidden, a beacon sends what waits, once no
 * post is on its way. A beacon has no answer, so this page or the next one sends its events again; their ids
 * (UUIDs of version 7) make them count once. An event has no `time`: the time of receipt counts, because a
 * viewer's clock may be wrong.
 *
 * **Login and logout.** When the page's `query` has no `user`, the edge uses the cookie or the signed token
 * at the time of sending, so waiting events would count for the next viewer. Before the user changes, call:
 *
 * ```js
 * if (!(await spillway.flush()))
 *   for (const key of Object.keys(localStorage)) if (key.startsWith("spillway:")) localStorage.removeItem(key);
 * ```
 *
 * Events that cannot be sent then are lost, but never count for somebody else. A query with `user` stays with
 * its events, so these need no such step, unless the edge has `USER_TOKEN_KEYS` and so ignores the parameter.
 *
 * The client needs a browser of 2023 or later, and https (or localhost).
 */

/** The body of `GET /recommendations`, on every rung of the ladder. */
export type Page = {
  readonly context: string;
  /**
   * What was asked for, where the page of another context is the answer: `similar` and `search` when the origin
   * could not be asked. Say so, and do not show the page as the result.
   */
  readonly standsInFor?: { readonly context: string; readonly item?: string; readonly q?: string };
  /** The cluster that the page was built for; on an individual page, the visitor's cluster. */
  readonly cluster: string;
  readonly generation: number;
  /** When the content last changed, ISO 8601 in UTC. */
  readonly builtAt: string;
  readonly carousels: readonly Carousel[];
};

export type Carousel = {
  readonly id: string;
  readonly title: string;
  readonly items: readonly Item[];
};

/** What a client needs to draw one item. New kinds may be added, so clients should ignore unknown ones. */
export type Item = {
  readonly id: string;
  readonly title: string;
  readonly kind: "match" | "replay" | "highlights" | "clip" | "hub" | "movie" | "series" | "kids";
  readonly genres?: readonly string[];
  readonly teams?: readonly string[];
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly publishedAt?: string;
  readonly durationMin?: number;
  /** A hue from 0 to 359 for artwork that the client draws itself. */
  readonly hue?: number;
  /** Where it may be shown (ISO 3166-1), and from which age on. The page is filtered already. */
  readonly territories?: {
    readonly allowed?: readonly string[] | undefined;
    readonly denied?: readonly string[] | undefined;
  };
  readonly ageRating?: number;
  /** The share that the viewer has watched; in the carousel "Continue watching" alone. */
  readonly progress?: number;
};

/** The page that the following events belong to. */
export type SpillwayPage = {
  /** The query of the page's `GET /recommendations`, without `?`: the edge reads user and signals from it. */
  readonly query?: string | undefined;
  /** The response's `Spillway-Served` header. */
  readonly served?: string | null | undefined;
  /** The response body's `context`. */
  readonly context?: string | undefined;
};

export type SpillwayOptions = SpillwayPage & {
  /**
   * The URL of `POST /events`, without a query. When the page is on another host, `ALLOWED_ORIGINS` of the
   * edge must name that host.
   */
  readonly endpoint: string;
};

export type Spillway = {
  /**
   * Call this when another page is shown. `samePage` means that the same page view is drawn again, so nothing
   * counts twice.
   */
  readonly show: (page: SpillwayPage, samePage?: boolean) => void;
  /**
   * Records an event of the app's own, for instance of a player that is not a `<video>`. Nothing is recorded
   * when `element` has no `data-spillway-item`. It may have left the document. `progress` is a share of the
   * item, from 0 to 1.
   */
  readonly record: (type: SpillwayEventType, element: Element, progress?: number) => void;
  /**
   * "Not interested": the viewer's pages show the item no more, until they open it again. It is sent at once.
   * Resolves as `flush` does; then the next page is without it.
   */
  readonly hide: (item: string) => Promise<boolean>;
  /** Sends waiting events now. Resolves to true when none waits any more, else to false. Never rejects. */
  readonly flush: () => Promise<boolean>;
};

export type SpillwayEventType = "impression" | "click" | "play" | "progress" | "complete" | "hide";

/** Creates the client. Create only one in a document. */
export function createSpillway(options: SpillwayOptions): Spillway;
