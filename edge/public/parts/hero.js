// @ts-check
/** The item that a page features, large. */
/** @import { Featured } from "../model/featured.js" */
import { draw } from "../art/draw.js";
import { metaLine } from "../model/labels.js";
import { html, icon, ICONS } from "./dom.js";
import { tag } from "./labels.js";

/**
 * @param {Featured} featured
 * @param {number | undefined} nowMs
 */
export function hero({ item, carousel, position }, nowMs) {
  const eyebrow = html("p", { class: "hero-eyebrow" }, tag(item, nowMs), carousel.title);
  const open = html(
    "button",
    {
      type: "button",
      class: "button button-primary",
      "aria-haspopup": "dialog",
      "data-spillway-item": item.id,
      "data-spillway-carousel": carousel.id,
      "data-spillway-position": position,
    },
    icon(ICONS.play),
    "Watch",
  );
  return html(
    "section",
    { class: "hero", "aria-label": "Featured" },
    draw(item, "wide"),
    html(
      "div",
      { class: "hero-text" },
      eyebrow,
      html("h2", { class: "hero-title" }, item.title),
      html("p", { class: "hero-meta meta" }, metaLine(item, nowMs)),
      open,
    ),
  );
}
