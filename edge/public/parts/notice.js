// @ts-check
/** What stands in the page's place: while it loads, when there is nothing to show, when it failed. */
import { html } from "./dom.js";

/**
 * @param {{ readonly title: string, readonly text: string, readonly action: string, readonly onAction: () => void }} notice
 */
export function notice({ title, text, action, onAction }) {
  const button = html("button", { type: "button", class: "button button-primary" }, action);
  button.addEventListener("click", onAction);
  return html("div", { class: "notice", role: "alert" }, html("h2", {}, title), html("p", {}, text), button);
}

/** Grey shapes where the page will be. */
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
