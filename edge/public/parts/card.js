// @ts-check
/** One item as a card: a button that opens it, and a second one for "more like this". */
/** @import { Item } from "../model/page.js" */
/** @import { Shape } from "../art/draw.js" */
import { draw } from "../art/draw.js";
import { briefLine, metaLine } from "../model/labels.js";
import { html, icon, ICONS } from "./dom.js";
import { tag } from "./labels.js";

/** @typedef {{ readonly carousel: string, readonly position: number }} Place */

/**
 * `data-spillway-item`, `data-spillway-carousel` and `data-spillway-position` identify the item and its place
 * for focus and events.
 * @param {Item} item
 * @param {Place} place
 * @param {Shape} shape
 * @param {number | undefined} nowMs
 */
export function card(item, { carousel, position }, shape, nowMs) {
  const title = html("span", { class: "card-title" }, item.title);
  const picture = html("span", { class: "card-picture" }, draw(item, shape), tag(item, nowMs));
  if (shape === "poster") picture.append(title);
  const caption = html("span", { class: "card-caption" });
  if (shape !== "poster") caption.append(title);
  caption.append(
    shape === "poster"
      ? html("span", { class: "card-meta" }, briefLine(item))
      : html("span", { class: "card-meta meta" }, metaLine(item, nowMs)),
  );
  const open = html(
    "button",
    {
      type: "button",
      class: "card-open",
      "aria-haspopup": "dialog",
      "data-spillway-item": item.id,
      "data-spillway-carousel": carousel,
      "data-spillway-position": position,
    },
    picture,
    caption,
  );
  // Only the pointer reaches this button: the dialog offers the same to the keyboard, so cards need no second
  // tab stop.
  const similar = html(
    "button",
    {
      type: "button",
      class: "card-similar",
      tabindex: -1,
      title: `More like ${item.title}`,
      "aria-label": `More like ${item.title}`,
    },
    icon(ICONS.similar),
  );
  return html("li", { class: `card card-${shape}` }, open, similar);
}
