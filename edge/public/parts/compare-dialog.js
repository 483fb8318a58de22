// @ts-check
/** The panel that puts a viewer's generic, cluster, tailored and individual page side by side. */
/** @import { Column, Entry } from "../model/comparison.js" */
/** @import { Comparison } from "../net/load-comparison.js" */
import { columnsOf } from "../model/comparison.js";
import { describeServed, parseServed } from "../model/served.js";
import { find, html, icon, ICONS } from "./dom.js";

/**
 * @type {Readonly<Record<string, { readonly title: string, readonly what: string, readonly none: string }>>}
 */
const COLUMNS = {
  generic: { title: "Generic", what: "everybody’s page", none: "There is no generic page." },
  cluster: { title: "Cluster", what: "this audience’s page", none: "There is no page of this cluster." },
  tailored: {
    title: "Tailored at the edge",
    what: "personalized for this viewer, without the origin",
    none: "Nothing is known of this viewer yet: play something.",
  },
  individual: { title: "Individual", what: "personalized for this viewer, by the origin", none: "" },
};

export function createCompareDialog() {
  const dialog = find("#compare", HTMLDialogElement);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => content.replaceChildren());

  const close = html(
    "button",
    { type: "button", class: "compare-close", "aria-label": "Close" },
    icon(ICONS.close),
  );
  close.addEventListener("click", () => dialog.close());
  const content = html("div");
  dialog.append(
    html("h2", { id: "compare-title", class: "compare-title" }, "The same viewer, on four rungs"),
    close,
    content,
  );

  /** @param {Promise<Comparison | undefined>} loading */
  async function open(loading) {
    content.replaceChildren(html("p", { class: "compare-note" }, "Comparing …"));
    dialog.showModal();
    const comparison = await loading;
    if (!dialog.open) return;
    if (comparison === undefined) {
      content.replaceChildren(
        html("p", { class: "compare-note" }, "This edge compares no pages (COMPARE_PAGES)."),
      );
      return;
    }
    const columns = columnsOf(comparison.compared, comparison.individual);
    content.replaceChildren(
      html("div", { class: "compare-columns" }, ...columns.map((column) => drawn(column, comparison))),
      html(
        "p",
        { class: "compare-note" },
        "▲ and ▼: against the cluster’s page. What was watched stands in “Watch again” alone.",
      ),
    );
  }

  return { open };
}

/**
 * @param {Column} column
 * @param {Comparison} comparison
 */
function drawn({ rung, entries }, { served }) {
  const { title = rung, what = "", none = "" } = COLUMNS[rung] ?? {};
  const missing = none === "" ? whyNotIndividual(served) : none;
  const content =
    entries.length > 0
      ? html("ol", { class: "compare-list" }, ...entries.map(line))
      : html("p", { class: "compare-note" }, missing);
  return html(
    "section",
    { class: "compare-column", "data-rung": rung, "aria-label": title },
    html("h3", { class: "compare-rung" }, title),
    html("p", { class: "compare-what" }, what),
    content,
  );
}

/** @param {string | null} header */
function whyNotIndividual(header) {
  const served = parseServed(header);
  // The origin was asked, and has made of its cluster's taste what page it could.
  if (served?.as === "individual") return "The origin knows no play of this viewer yet.";
  return `Not now: ${describeServed(served, 1).headline}.`;
}

/** @param {Entry} entry */
function line({ item, moved, because }) {
  const text = html("span", { class: "compare-item" }, item.title);
  if (moved !== "") text.append(" ", html("em", { class: "compare-moved" }, moved));
  const reason =
    because === undefined ? [] : [html("span", { class: "compare-why" }, `because you watched ${because}`)];
  return html("li", { "data-item": item.id }, text, ...reason);
}
