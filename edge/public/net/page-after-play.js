// @ts-check
/**
 * Asks for the page again after a play, until the page changes, because the event travels through the queue
 * to the origin.
 */
/** @import { LoadedPage } from "./load-page.js" */
import { loadPage } from "./load-page.js";

/** The page is requested after each of these waits. */
const WAITS_MS = [250, 750, 1500, 2500, 4000];

/**
 * `changed`: the page has other items than before. `steady`: the page is not individual, so only the next
 * refresh cycle can change it. `none`: the page could not be loaded or did not change in time.
 * @typedef {{ readonly kind: "changed" | "steady", readonly loaded: LoadedPage } |
 *   { readonly kind: "none" }} PageAfterPlay
 */

/**
 * @param {string} query
 * @param {LoadedPage} before
 * @param {AbortSignal} replaced fires when another page is requested instead
 * @returns {Promise<PageAfterPlay>}
 */
export async function pageAfterPlay(query, before, replaced) {
  for (const waitMs of WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (replaced.aborted) return { kind: "none" };
    const loaded = await loadPage(query, replaced);
    if (!loaded.ok) return { kind: "none" };
    if (contentOf(loaded) !== contentOf(before)) return { kind: "changed", loaded };
    if (loaded.served?.as !== "individual") return { kind: "steady", loaded };
  }
  return { kind: "none" };
}

/** @param {LoadedPage} loaded */
function contentOf({ page }) {
  return JSON.stringify(page.carousels);
}
