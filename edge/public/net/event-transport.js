// @ts-check
/** How events travel: a request that survives a change of page, and a beacon for the moment of leaving. */
/** @import { PostOutcome, Transport } from "./event-queue.js" */

const TIMEOUT_MS = 10_000;

/** @type {Transport} */
export const browserTransport = {
  async post(query, body) {
    try {
      const response = await fetch(`events?${query}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        keepalive: true,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return outcomeOf(response);
    } catch {
      return { kind: "kept" };
    }
  },
  beacon(query, body) {
    return navigator.sendBeacon(`events?${query}`, new Blob([body], { type: "text/plain" }));
  },
};

/**
 * @param {Response} response
 * @returns {PostOutcome}
 */
function outcomeOf({ ok, status, headers }) {
  if (ok) return { kind: "taken" };
  if (status < 500 && status !== 429 && status !== 408) return { kind: "refused" };
  const seconds = Number(headers.get("Retry-After") ?? "");
  return seconds > 0 ? { kind: "kept", retryAfterMs: Math.min(seconds, 300) * 1000 } : { kind: "kept" };
}
