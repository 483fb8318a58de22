// @ts-check
/** A page as rows of cards. */
/** @import { Viewing } from "../model/featured.js" */
/** @import { Carousel, Item, Page } from "../model/page.js" */
import { featuredOn } from "../model/featured.js";
import { isSport } from "../model/labels.js";
import { card } from "./card.js";
import { html, icon, ICONS } from "./dom.js";
import { hero } from "./hero.js";

/**
 * @param {Page} page
 * @param {Viewing} viewing
 * @returns {HTMLElement[]}
 */
export function pageSections(page, viewing) {
  const { nowMs } = viewing;
  if (page.context === "search" || page.context === "similar") {
    return page.carousels.map((carousel) => row(carousel, nowMs, { without: undefined, grid: true }));
  }
  const featured = featuredOn(page, viewing);
  if (featured === undefined) return [];
  // The featured item is drawn only once.
  const rows = page.carousels.flatMap((carousel) =>
    carousel.items.length > (carousel === featured.carousel ? 1 : 0)
      ? [row(carousel, nowMs, { without: featured.item, grid: false })]
      : [],
  );
  return [hero(featured, nowMs), ...rows];
}

/**
 * @param {Carousel} carousel
 * @param {number | undefined} nowMs
 * @param {{ readonly without: Item | undefined, readonly grid: boolean }} options
 */
function row(carousel, nowMs, { without, grid }) {
  const places = carousel.items
    .map((item, position) => ({ item, position }))
    .filter(({ item }) => item !== without);
  const items = places.map(({ item }) => item);
  const shape = items.some(isSport) || items.some(({ teams }) => teams.length > 0) ? "wide" : "poster";
  const list = html("ul", { class: grid ? "cards cards-grid" : "cards", role: "list" });
  list.append(
    ...places.map(({ item, position }) => card(item, { carousel: carousel.id, position }, shape, nowMs)),
  );
  // Each row is one tab stop; the arrow keys move within it.
  for (const button of [...list.querySelectorAll(".card-open")].slice(1))
    button.setAttribute("tabindex", "-1");
  const section = html(
    "section",
    { class: "row", "aria-label": carousel.title, "data-row": carousel.id },
    html("h2", { class: "row-title" }, carousel.title),
    html("div", { class: "row-window" }, list),
  );
  if (!grid) list.after(pager(list, -1), pager(list, 1));
  return section;
}

/**
 * A button for the pointer that scrolls the row by almost its width.
 * @param {HTMLElement} list
 * @param {1 | -1} direction
 */
function pager(list, direction) {
  const button = html(
    "button",
    {
      type: "button",
      class: `pager pager-${direction > 0 ? "forward" : "back"}`,
      tabindex: -1,
      "aria-hidden": "true",
    },
    icon(direction > 0 ? ICONS.forward : ICONS.back),
  );
  button.addEventListener("click", () => list.scrollBy({ left: direction * list.clientWidth * 0.85 }));
  return button;
}

/**
 * Returns how far each row is scrolled, by its carousel.
 * @param {HTMLElement} main
 * @returns {ReadonlyMap<string | null, number>}
 */
export function scrollPositions(main) {
  return new Map(
    [...main.querySelectorAll(".row")].map((section) => [
      section.getAttribute("data-row"),
      section.querySelector(".cards")?.scrollLeft ?? 0,
    ]),
  );
}

/**
 * @param {HTMLElement} main
 * @param {ReadonlyMap<string | null, number>} positions
 */
export function restoreScroll(main, positions) {
  for (const section of main.querySelectorAll(".row")) {
    section
      .querySelector(".cards")
      ?.scrollTo({ left: positions.get(section.getAttribute("data-row")) ?? 0, behavior: "instant" });
  }
}
