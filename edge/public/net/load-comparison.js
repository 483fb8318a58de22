// @ts-check
/** A viewer's pages on every rung: those of the edge at once, and the origin's as any request gets it. */
/** @import { Compared } from "../model/comparison.js" */
/** @import { Page } from "../model/page.js" */
import { readCompared } from "../model/comparison.js";
import { isKnown } from "../model/served.js";
import { loadPage } from "./load-page.js";

/**
 * `individual` is undefined where the origin personalized none, or knew nothing of the viewer; `served` then
 * says why.
 * @typedef {{ readonly compared: Compared, readonly individual: Page | undefined,
 *   readonly served: string | null }} Comparison
 */

/**
 * Undefined where the edge compares nothing.
 * @param {string} query
 * @param {AbortSignal} replaced
 * @returns {Promise<Comparison | undefined>}
 */
export async function loadComparison(query, replaced) {
  try {
    const [answer, loaded] = await Promise.all([
      fetch(`recommendations/compare?${query}`, { signal: replaced }),
      loadPage(query, replaced),
    ]);
    if (!answer.ok) return undefined;
    const compared = readCompared(await answer.json());
    const isIndividual = loaded.ok && loaded.served?.as === "individual" && isKnown(loaded.served);
    return {
      compared,
      individual: isIndividual ? loaded.page : undefined,
      served: loaded.ok ? loaded.servedHeader : null,
    };
  } catch {
    return undefined;
  }
}
