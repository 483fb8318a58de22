// @ts-check
/** The rows of the list, which arrows go through. */
/** @import { ClusterList, ListedCluster } from "@spillway/shared/clusters/listed-clusters.ts" */
/** @import { ClusterView } from "../../model/cluster-view.js" */
import { useEffect, useRef } from "preact/hooks";
import { html } from "htm/preact";
import { callsOf } from "@spillway/shared/clusters/listed-clusters.ts";
import { duration, percent } from "@spillway/shared/protocol/now-sentence.ts";
import { parametersOf } from "../../model/cluster-view.js";
import { addressOf } from "../../route.js";
import { COUNT, MixBar, Pages } from "./traffic.js";

/** The one that was opened last: its row has the focus when the list is shown again. */
let openedLast = "";

/**
 * Arrows go from row to row; only one of the links is in the order of the Tab key.
 * @param {{ rows: readonly ListedCluster[], view: ClusterView, list: ClusterList,
 *   onTurn: (by: number) => void }} props
 */
export function Rows({ rows, view, list, onTurn }) {
  /** @type {{ current: HTMLElement | null }} */
  const body = useRef(null);
  const links = () => [...(body.current?.querySelectorAll("a") ?? [])];
  useEffect(() => {
    const opened = openedLast;
    openedLast = "";
    if (opened !== "")
      links()
        .find(({ dataset }) => dataset["cluster"] === opened)
        ?.focus();
  }, []);
  const press = (/** @type {KeyboardEvent} */ event) => {
    const all = links();
    const at = all.findIndex((link) => link === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "PageDown" || event.key === "PageUp") {
      onTurn(event.key === "PageDown" ? 1 : -1);
      requestAnimationFrame(() => links()[0]?.focus());
    } else if (to === undefined) return;
    else all[Math.min(all.length - 1, Math.max(0, to))]?.focus();
    event.preventDefault();
  };
  const [hour, day] = [callsOf(list.traffic.hour), callsOf(list.traffic.day)];
  return html`<tbody ref=${body} onKeyDown=${press}>
    ${rows.map(
      (cluster, at) =>
        html`<tr key=${cluster.id}>
          <th scope="row">
            <a
              href=${addressOf("clusters", parametersOf({ ...view, cluster: cluster.id }))}
              data-cluster=${cluster.id}
              tabindex=${at === 0 ? 0 : -1}
              onClick=${() => (openedLast = cluster.id)}
              >${cluster.id}</a
            >${!cluster.leaf && html` <small>inner node</small>`}
            <small class="definition">${cluster.definition}</small>
          </th>
          <td class="number"><${Pages} rungs=${cluster.hour} all=${hour} /></td>
          <td class="number"><${Pages} rungs=${cluster.day} all=${day} /></td>
          <td><${MixBar} rungs=${cluster.day} /></td>
          <td class="number">${COUNT.format(cluster.members)}</td>
          <td class="number">${percent(cluster.gain)}</td>
          <td class="number">${cluster.gainOverGeneric === null ? "–" : percent(cluster.gainOverGeneric)}</td>
          <td class="number">
            ${
              cluster.page === null
                ? html`<span class="none">no page</span>`
                : duration(Date.parse(list.at) - Date.parse(cluster.page.changedAt))
            }
          </td>
          <td><small class="parent">${cluster.parent ?? "none"}</small></td>
        </tr>`,
    )}
  </tbody>`;
}
