// @ts-check
/**
 * Pages of one viewer side by side: what stands where, what moved against the cluster's page, and why. Pure.
 */
/** @import { Item, Page } from "./page.js" */
import { toPage } from "./page.js";

/**
 * @typedef {{ readonly item: Item, readonly moved: string, readonly because: string | undefined }} Entry
 * @typedef {{ readonly rung: string, readonly entries: readonly Entry[] }} Column an empty one has no such
 *   page
 * @typedef {{ readonly pages: ReadonlyMap<string, Page>, readonly because: ReadonlyMap<string, string>,
 *   readonly carrier: string | undefined }} Compared
 */

const RUNGS = ["generic", "cluster", "tailored"];
/** What the viewer's own history puts on a page is no recommendation. */
const OF_THE_HISTORY = new Set(["again", "continue"]);
const MAX_ENTRIES = 15;

/**
 * Reads the answer of `/recommendations/compare`. Never throws; what is no page is left out.
 * @param {unknown} json
 * @returns {Compared}
 */
export function readCompared(json) {
  const { pages, because, viewer } = fields(json);
  const known = RUNGS.map((rung) => /** @type {const} */ ([rung, toPage(fields(pages)[rung])]));
  const carrier = fields(viewer)["carrier"];
  const reasons = Object.entries(fields(because)).map(
    ([item, reason]) => /** @type {const} */ ([item, fields(reason)["title"]]),
  );
  return {
    pages: new Map(known.flatMap(([rung, page]) => (page === undefined ? [] : [[rung, page]]))),
    because: new Map(reasons.flatMap(([item, title]) => (typeof title === "string" ? [[item, title]] : []))),
    carrier: typeof carrier === "string" ? carrier : undefined,
  };
}

/**
 * @param {Compared} compared
 * @param {Page | undefined} individual undefined where the origin personalized none
 * @returns {readonly Column[]}
 */
export function columnsOf({ pages, because }, individual) {
  const cluster = recommended(pages.get("cluster"));
  const places = new Map(cluster.map(({ id }, place) => [id, place]));
  const history = new Set([...historyOn(pages.get("tailored")), ...historyOn(individual)]);
  /** @type {(item: Item, place: number) => string} */
  const against = ({ id }, place) => {
    const before = places.get(id);
    if (before === undefined) return "new";
    if (before === place) return "";
    return before > place ? `▲ ${before - place}` : `▼ ${place - before}`;
  };
  /**
   * @type {(rung: string, page: Page | undefined, mark: (item: Item, place: number) => string, why?: boolean)
   * => Column}
   */
  const column = (rung, page, mark, why = false) => ({
    rung,
    entries: recommended(page)
      .slice(0, MAX_ENTRIES)
      .map((item, place) => ({
        item,
        moved: mark(item, place),
        because: why ? because.get(item.id) : undefined,
      })),
  });
  const watched = (/** @type {Item} */ { id }) => (history.has(id) ? "watched" : "");
  return [
    column("generic", pages.get("generic"), watched),
    column("cluster", pages.get("cluster"), watched),
    column("tailored", pages.get("tailored"), against, true),
    column("individual", individual, against, true),
  ];
}

/**
 * Each item once, in the order of the page, without those of the viewer's own history.
 * @param {Page | undefined} page
 * @returns {readonly Item[]}
 */
function recommended(page) {
  const rows = page?.carousels.filter(({ id }) => !OF_THE_HISTORY.has(id)) ?? [];
  return [...new Map(rows.flatMap(({ items }) => items).map((item) => [item.id, item])).values()];
}

/**
 * @param {Page | undefined} page
 * @returns {readonly string[]}
 */
function historyOn(page) {
  const rows = page?.carousels.filter(({ id }) => OF_THE_HISTORY.has(id)) ?? [];
  return rows.flatMap(({ items }) => items.map(({ id }) => id));
}

/**
 * @param {unknown} value
 * @returns {Readonly<Record<string, unknown>>}
 */
function fields(value) {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
