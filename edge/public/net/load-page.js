// @ts-check
/**
 * `GET /recommendations`: returns the page, how it was served, and the content's clock. A failure is a value
 * with a message.
 */
/** @import { Page } from "../model/page.js" */
/** @import { Served } from "../model/served.js" */
import { toPage } from "../model/page.js";
import { parseServed } from "../model/served.js";

/**
 * @typedef {{
 *   readonly ok: true, readonly page: Page, readonly servedHeader: string | null,
 *     readonly served: Served | undefined,
 *   readonly nowMs: number | undefined, readonly tookMs: number,
 * }} LoadedPage `served` is the parsed `servedHeader`; `nowMs` is the content's clock when the answer arrived
 * @typedef {{ readonly ok: false, readonly reason: "offline" | "refused" | "unreadable" | "replaced",
 *   readonly message: string }} LoadFailure
 */

const TIMEOUT_MS = 15_000;

/**
 * @param {string} query
 * @param {AbortSignal} replaced fires when another page is requested instead
 * @returns {Promise<LoadedPage | LoadFailure>}
 */
export async function loadPage(query, replaced) {
  const startedMs = performance.now();
  try {
    const response = await fetch(`recommendations?${query}`, {
      headers: { accept: "application/json" },
      signal: AbortSignal.any([replaced, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const tookMs = performance.now() - startedMs;
    const body = await response.text();
    if (!response.ok)
      return { ok: false, reason: "refused", message: refusal(response.status, parsed(body)) };
    const page = toPage(parsed(body));
    if (page === undefined) {
      return { ok: false, reason: "unreadable", message: "The answer was not a page we can show." };
    }
    const servedHeader = response.headers.get("Spillway-Served");
    const nowMs = contentClock(response.headers.get("Spillway-Now"));
    return { ok: true, page, servedHeader, served: parseServed(servedHeader), nowMs, tookMs };
  } catch {
    // Any exception of fetch (no connection, timeout, abort) becomes a message to the viewer, who may try
    // again.
    return replaced.aborted
      ? { ok: false, reason: "replaced", message: "" }
      : {
          ok: false,
          reason: "offline",
          message: "We could not reach the service. Check your connection and try again.",
        };
  }
}

/**
 * @param {number} status
 * @param {unknown} body problem details (RFC 9457), or anything else
 */
function refusal(status, body) {
  const errors = typeof body === "object" && body !== null && "errors" in body ? body.errors : undefined;
  const { key, reason } = /** @type {Readonly<Record<string, unknown>>} */ (
    Array.isArray(errors) ? (errors[0] ?? {}) : {}
  );
  return typeof key === "string" && typeof reason === "string"
    ? `The service refused the request: ${key} ${reason}.`
    : `The service answered with an error (${status}).`;
}

/** @param {string} text */
function parsed(text) {
  try {
    return /** @type {unknown} */ (JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Parses an ISO 8601 instant, or milliseconds since 1970.
 * @param {string | null} header
 */
function contentClock(header) {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) : Date.parse(header);
  return Number.isNaN(ms) ? undefined : ms;
}
