/**
 * The browser's event client, `spillway.js`: what viewers see, click and play, kept until `POST /events` has it.
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
 * **Impressions**: an element with `data-spillway-item` of which at least half has been in view for a second, in a visible
 * tab. Elements may come and go; one that becomes another item's card must be a new element. **Clicks**: on such an element
 * or in it. **Playback** of a `<video>` with these attributes, which is no card: `play`; `progress` when it is first in the
 * second, third and last quarter, with the share reached; `complete` at the end. All but clicks count once for each page
 * view, item and carousel.
 *
 * **The outbox** is `localStorage` (memory where that is full or forbidden): the newest 500 events of all tabs, each under
 * a key `spillway:<id>?<query>` of its own, so that tabs never overwrite each other's. It is sent every two seconds, at once from
 * twenty events on, in batches of at most 40 with one query, which are smaller than the 64 KiB a beacon may have. Only an
 * answer empties it: 202, or 400, 413 and 415, which another try would not change. After anything else it waits for
 * `Retry-After` and 2, 4, 8 … 256 s, times a random 1 to 2, or until the browser is online again. When the page is
 * hidden, beacons take what waits. A beacon has no answer, so its events are sent again by this page or the
 * next; ids (UUIDs of version 7) make that count once. An event has no `time`: its receipt dates it, since a viewer's clock
 * may say anything.
 *
 * **Login and logout.** Where the page's `query` has no `user`, the edge goes by the cookie or the signed token at the time of
 * sending, so that what waits would count as the next viewer's. Before the user changes:
 *
 * ```js
 * if (!(await spillway.flush()))
 *   for (const key of Object.keys(localStorage)) if (key.startsWith("spillway:")) localStorage.removeItem(key);
 * ```
 *
 * What can't be sent then is lost, and nobody else's. A query with `user` stays with its events: they need nothing, except
 * where the edge has `USER_TOKEN_KEYS` and so does not believe it.
 *
 * Needs a browser of 2023 or later, and https (or localhost).
 */

/** What `GET /recommendations` answers, whichever path served it. */
export type Page = {
  readonly context: string;
  /** The cluster that the page was built for; of an individual page the visitor's. */
  readonly cluster: string;
  readonly generation: number;
  /** When the content last changed, ISO 8601, UTC. */
  readonly builtAt: string;
  readonly carousels: readonly Carousel[];
};

export type Carousel = {
  readonly id: string;
  readonly title: string;
  readonly items: readonly Item[];
};

/** What a client needs to draw one item. New kinds may come: pass over what is not known. */
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
  /** For artwork that the client draws itself: 0–359. */
  readonly hue?: number;
};

/** What the following events are about. */
export type SpillwayPage = {
  /** The query of the page's `GET /recommendations`, without `?`: the edge reads user and signals from it. */
  readonly query?: string | undefined;
  /** The response's `Spillway-Served` header. */
  readonly served?: string | null | undefined;
  /** The response body's `context`. */
  readonly context?: string | undefined;
};

export type SpillwayOptions = SpillwayPage & {
  /** Of `POST /events`, without a query. On another host than the page's, `ALLOWED_ORIGINS` of the edge has to name the page's. */
  readonly endpoint: string;
};

export type Spillway = {
  /** Another page is shown. `samePage`: the same page view, drawn again; what was counted in it stays counted. */
  readonly show: (page: SpillwayPage, samePage?: boolean) => void;
  /**
   * An event of the app's own, as of a player that is no `<video>`. `element`: with `data-spillway-item`, else nothing is recorded;
   * it may have left the document. `progress`: share of the item, 0 to 1.
   */
  readonly record: (type: SpillwayEventType, element: Element, progress?: number) => void;
  /** Sends what waits, now. True when nothing waits any more, false when it is kept for another try. Never rejects. */
  readonly flush: () => Promise<boolean>;
};

export type SpillwayEventType = "impression" | "click" | "play" | "progress" | "complete";

/** One for each document. */
export function createSpillway(options: SpillwayOptions): Spillway;
