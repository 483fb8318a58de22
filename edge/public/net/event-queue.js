// @ts-check
/** Events on their way to `POST /events`: batched, kept while the service cannot take them, sent once more on leaving. */
/** @import { EventType } from "../../../shared/src/events.ts" */
/** @import { ServedAs } from "../../../shared/src/served.ts" */

/**
 * Without `time`: the receipt dates it, since a viewer's clock may say anything.
 * @typedef {{
 *   readonly id: string, readonly type: EventType, readonly item: string, readonly user?: string,
 *   readonly servedAs?: ServedAs, readonly cluster?: string, readonly generation?: number,
 *   readonly context?: string, readonly carousel?: string, readonly position?: number,
 * }} OutgoingEvent
 * @typedef {{ readonly kind: "taken" } | { readonly kind: "refused" } | { readonly kind: "kept", readonly retryAfterMs?: number }} PostOutcome
 * @typedef {{
 *   readonly post: (query: string, body: string) => Promise<PostOutcome>,
 *   readonly beacon: (query: string, body: string) => boolean,
 * }} Transport
 */

/** Sent without waiting for the next flush. */
const FLUSH_AT = 20;
const FLUSH_EVERY_MS = 2000;
/** Of one request: 64 KiB is what a beacon may carry. */
const MAX_BATCH = 40;
/** Kept while the service is away; the oldest go first. */
const MAX_KEPT = 500;
const MAX_BACKOFF_MS = 30_000;

/** @param {Transport} transport */
export function createEventQueue({ post, beacon }) {
  /** @type {{ readonly query: string, readonly event: OutgoingEvent }[]} */
  let waiting = [];
  /** @type {Promise<"sent" | "kept" | "refused"> | undefined} */
  let sending;
  let failures = 0;
  let notBeforeMs = 0;

  /** The oldest events that share their query, since the edge reads the visitor's signals from it. */
  function takeBatch() {
    const query = waiting[0]?.query ?? "";
    const end = waiting.findIndex((entry) => entry.query !== query);
    const batch = waiting.splice(0, Math.min(MAX_BATCH, end < 0 ? waiting.length : end));
    return { query, batch, body: JSON.stringify({ events: batch.map(({ event }) => event) }) };
  }

  /** @param {typeof waiting} batch */
  function keep(batch) {
    waiting = [...batch, ...waiting].slice(-MAX_KEPT);
  }

  async function drain() {
    /** @type {"sent" | "refused"} */
    let outcome = "sent";
    while (waiting.length > 0) {
      const { query, batch, body } = takeBatch();
      const result = await post(query, body);
      if (result.kind === "kept") {
        keep(batch);
        failures += 1;
        notBeforeMs =
          performance.now() + (result.retryAfterMs ?? Math.min(MAX_BACKOFF_MS, 1000 * 2 ** failures));
        return "kept";
      }
      failures = 0;
      // What is wrong with a refused event stays wrong: sending it again would only hold up the others.
      if (result.kind === "refused") outcome = "refused";
    }
    return outcome;
  }

  /** Sends everything that waits, now; `kept` when the service could not take all of it. */
  function flush() {
    sending ??= drain().finally(() => (sending = undefined));
    return sending;
  }

  function flushIfDue() {
    if (waiting.length > 0 && performance.now() >= notBeforeMs) void flush();
  }

  /**
   * @param {string} query the view's parameters
   * @param {OutgoingEvent} event
   */
  function add(query, event) {
    waiting = [...waiting, { query, event }].slice(-MAX_KEPT);
    if (waiting.length >= FLUSH_AT) flushIfDue();
  }

  /** The page is being left or hidden: nobody can wait for an answer any more. */
  function leave() {
    while (waiting.length > 0) {
      const { query, batch, body } = takeBatch();
      if (!beacon(query, body)) {
        keep(batch);
        return;
      }
    }
  }

  setInterval(flushIfDue, FLUSH_EVERY_MS);
  return { add, flush, leave };
}
