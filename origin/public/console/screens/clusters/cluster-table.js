// @ts-check
/** All clusters: sorted, searched and turned over by keys, a hundred rows at a time. */
/** @import { ClusterList, ClusterOrder } from "@spillway/shared/clusters/listed-clusters.ts" */
/** @import { ClusterView } from "../../model/cluster-view.js" */
import { useEffect, useRef } from "preact/hooks";
import { html } from "htm/preact";
import { findClusters, sortClusters } from "@spillway/shared/clusters/listed-clusters.ts";
import { commandOf, PAGE_CONTEXTS, parametersOf, ROWS_ON_A_PAGE } from "../../model/cluster-view.js";
import { Command } from "../../parts/command.js";
import { useKeys } from "../../parts/keys.js";
import { amend } from "../../route.js";
import { Rows } from "./cluster-rows.js";
import { Definitions } from "./definitions.js";
import { listed, loadList, LOOK_EVERY_MS } from "./facts.js";
import { ListSentence } from "./list-sentence.js";
import { COUNT, RungLegend } from "./traffic.js";

/** @type {readonly { order: ClusterOrder | undefined, title: string, isNumber: boolean }[]} */
const COLUMNS = [
  { order: "id", title: "Cluster", isNumber: false },
  { order: "hour", title: "Last hour", isNumber: true },
  { order: "day", title: "Last day", isNumber: true },
  { order: undefined, title: "By rung", isNumber: false },
  { order: "members", title: "Members", isNumber: true },
  { order: "gain", title: "Gain over parent", isNumber: true },
  { order: "generic-gain", title: "Gain over generic", isNumber: true },
  { order: "age", title: "Page unchanged for", isNumber: true },
  { order: undefined, title: "Parent", isNumber: false },
];

/** @param {Partial<ClusterView>} change @param {ClusterView} view */
function show(view, change) {
  amend("clusters", parametersOf({ ...view, page: 1, ...change }));
}

/** @param {{ view: ClusterView }} props */
export function ClusterTable({ view }) {
  /** @type {{ current: HTMLInputElement | null }} */
  const search = useRef(null);
  useEffect(() => {
    void loadList(view.context);
    const timer = setInterval(() => void loadList(view.context), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [view.context]);
  useKeys(() => ({ f: () => search.current?.focus() }));
  const { body, problem } = listed.value;
  const list = body?.context === view.context ? body : undefined;
  return html`<${ListSentence} list=${list} />
    <p class="problem" role="alert">${problem}</p>
    <form class="fields" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <label>
        Find by id or definition
        <input
          type="search"
          ref=${search}
          aria-keyshortcuts="f"
          placeholder="f"
          value=${view.find}
          onInput=${(/** @type {any} */ { target }) => show(view, { find: target.value })}
        />
      </label>
      <label>
        Page of
        <select
          value=${view.context}
          onChange=${(/** @type {any} */ { target }) => show(view, { context: target.value })}
        >
          ${PAGE_CONTEXTS.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
        </select>
      </label>
      <label class="checked">
        <input
          type="checkbox"
          checked=${view.hasInner}
          onChange=${(/** @type {any} */ { target }) => show(view, { hasInner: target.checked })}
        />
        Inner nodes of the tree too
      </label>
    </form>
    <${Command} text=${commandOf({ ...view, cluster: undefined })} />
    ${list !== undefined && list.clusters.length > 0 && html`<${Table} view=${view} list=${list} />`}`;
}

/** @param {{ view: ClusterView, list: ClusterList }} props */
function Table({ view, list }) {
  const found = findClusters(
    list.clusters.filter(({ leaf }) => leaf || view.hasInner),
    view.find,
  );
  const sorted = sortClusters(found, view.sort, view.isReversed);
  const pages = Math.max(1, Math.ceil(sorted.length / ROWS_ON_A_PAGE));
  const page = Math.min(view.page, pages);
  const from = (page - 1) * ROWS_ON_A_PAGE;
  const rows = sorted.slice(from, from + ROWS_ON_A_PAGE);
  const turn = (/** @type {number} */ to) => show(view, { page: Math.min(pages, Math.max(1, to)) });
  return html`<div class="turns">
      <p role="status">
        ${
          sorted.length === 0
            ? "No cluster has these words."
            : `${COUNT.format(from + 1)}–${COUNT.format(from + rows.length)} of ${COUNT.format(sorted.length)}`
        }
      </p>
      ${
        pages > 1 &&
        html`<button type="button" disabled=${page === 1} onClick=${() => turn(page - 1)}>Earlier</button>
          <button type="button" disabled=${page === pages} onClick=${() => turn(page + 1)}>Later</button>`
      }
    </div>
    <div class="scrolled panel" tabindex="0" role="region" aria-label="Clusters">
      <table>
        <thead>
          <tr>
            ${COLUMNS.map((column) => html`<${Heading} key=${column.title} column=${column} view=${view} />`)}
          </tr>
        </thead>
        <${Rows}
          rows=${rows}
          view=${view}
          list=${list}
          onTurn=${(/** @type {number} */ by) => turn(page + by)}
        />
      </table>
    </div>
    <${RungLegend} />
    <${Definitions} />`;
}

/** @param {{ column: (typeof COLUMNS)[number], view: ClusterView }} props */
function Heading({ column: { order, title, isNumber }, view }) {
  const isSorted = order === view.sort;
  // Figures come first as the most, ids as in the alphabet.
  const isDown = (order !== "id") !== view.isReversed;
  return html`<th
    scope="col"
    class=${isNumber ? "number" : ""}
    aria-sort=${isSorted ? (isDown ? "descending" : "ascending") : undefined}
  >
    ${
      order === undefined
        ? title
        : html`<button
            type="button"
            class="quiet"
            onClick=${() => show(view, { sort: order, isReversed: isSorted && !view.isReversed })}
          >
            ${title}${isSorted && html`<span aria-hidden="true">${isDown ? " ↓" : " ↑"}</span>`}
          </button>`
    }
  </th>`;
}
