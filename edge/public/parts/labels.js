// @ts-check
/** The parts of a card that change with time: its badge, and the line under its title. */
/** @import { Item } from "../model/page.js" */
import { badgeOf, metaLine } from "../model/labels.js";
import { html } from "./dom.js";

/**
 * @param {Item} item
 * @param {number | undefined} nowMs
 */
export function tag(item, nowMs) {
  const element = html("span", {});
  setTag(element, item, nowMs);
  return element;
}

/**
 * Updates the parts of an item's drawing that depend on the content's clock.
 * @param {Element} drawn its card, or the hero
 * @param {Item} item
 * @param {number | undefined} nowMs
 */
export function relabel(drawn, item, nowMs) {
  const element = drawn.querySelector(".tag");
  if (element !== null) setTag(element, item, nowMs);
  const meta = drawn.querySelector(".meta");
  if (meta !== null) meta.textContent = metaLine(item, nowMs);
}

/**
 * @param {Element} element
 * @param {Item} item
 * @param {number | undefined} nowMs
 */
function setTag(element, item, nowMs) {
  const badge = badgeOf(item, nowMs);
  element.className = `tag tag-${badge?.tone ?? "none"}`;
  element.textContent = badge?.text ?? "";
}
