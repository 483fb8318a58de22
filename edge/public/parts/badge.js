// @ts-check
/** The bar that says how the page was served, and why. */
/** @import { LoadedPage } from "../net/load-page.js" */
import { describeServed } from "../model/served.js";
import { find, html } from "./dom.js";

export function createBadge() {
  const bar = find("#served", HTMLElement);
  return {
    /** @param {LoadedPage} loaded */
    show({ served, tookMs }) {
      const { headline, details } = describeServed(served, tookMs);
      bar.dataset["served"] = served?.as ?? "unknown";
      bar.replaceChildren(
        html("span", { class: "served-dot", "aria-hidden": "true" }),
        html("strong", { class: "served-headline" }, headline),
        ...details.map((detail) => html("span", { class: "served-detail" }, detail)),
      );
    },
    fail() {
      bar.dataset["served"] = "unknown";
      bar.replaceChildren(
        html("span", { class: "served-dot", "aria-hidden": "true" }),
        html("strong", { class: "served-headline" }, "No page was served"),
      );
    },
  };
}
