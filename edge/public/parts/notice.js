// @ts-check
/** Replaces the page while it loads, when there is nothing to show, and when it failed. */
/** @import { View } from "../model/view.js" */
import { html } from "./dom.js";

/**
 * @param {string} message
 * @param {() => void} onRetry
 */
export function failed(message, onRetry) {
  return notice("This page did not load", message, "Try again", onRetry);
}

/**
 * @param {View} view
 * @param {() => void} onHome
 */
export function nothingToShow({ context, q }, onHome) {
  const text =
    context === "search"
      ? `There is nothing like “${q}” in the catalogue.`
      : "There is nothing here at the moment.";
  return notice("Nothing to show", text, "Back to Home", onHome);
}

/**
 * Stands above a page that is not what was asked for.
 * @param {{ readonly context: string, readonly q?: string }} asked
 * @param {() => void} onRetry
 */
export function standIn({ context, q }, onRetry) {
  const what = context === "search" ? `Search for “${q ?? ""}”` : "“More like this”";
  const button = html("button", { type: "button", class: "button" }, "Try again");
  button.addEventListener("click", onRetry);
  return html(
    "div",
    { class: "stand-in", role: "status" },
    html(
      "p",
      {},
      html("strong", {}, `${what} is not available at the moment.`),
      " This is your homepage instead.",
    ),
    button,
  );
}

/**
 * @param {string} title
 * @param {string} text
 * @param {string} action
 * @param {() => void} onAction
 */
function notice(title, text, action, onAction) {
  const button = html("button", { type: "button", class: "button button-primary" }, action);
  button.addEventListener("click", onAction);
  return html("div", { class: "notice", role: "alert" }, html("h2", {}, title), html("p", {}, text), button);
}

/** Grey shapes in the place of the page while it loads. */
export function skeleton() {
  return [html("div", { class: "bone bone-hero" }), greyRow(), greyRow()];
}

function greyRow() {
  const cards = Array.from({ length: 6 }, () =>
    html("div", { class: "card card-wide" }, html("div", { class: "bone bone-card" })),
  );
  return html(
    "div",
    { class: "row" },
    html("div", { class: "bone bone-title" }),
    html("div", { class: "cards" }, ...cards),
  );
}
