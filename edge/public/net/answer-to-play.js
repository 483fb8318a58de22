// @ts-check
/** After a play: asks for the page again until it answers, since the event takes its way through the queue to the origin. */
/** @import { LoadedPage } from "./load-page.js" */
import { loadPage } from "./load-page.js";

/** The page is asked for after each of these. */
const WAITS_MS = [250, 750, 1500, 2500, 4000];

/**
 * `changed`: other items than before. `steady`: a page that is not individual, which only the next refresh cycle changes.
 * @typedef {{ readonly kind: "changed" | "steady", readonly loaded: LoadedPage } | { readonly kind: "none" }} Answer
 */

/**
 * @param {string} query
 * @param {LoadedPage} before
 * @param {AbortSignal} replaced fires when another page is wanted instead
 * @returns {Promise<Answer>}
 */
export async function answerToPlay(query, before, replaced) {
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
