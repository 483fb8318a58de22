// @ts-check
/** The screen of clusters: the list, or the one that the address names. */
import { html } from "htm/preact";
import { viewOf } from "../../model/cluster-view.js";
import { route } from "../../route.js";
import { ClusterTable } from "./cluster-table.js";
import { OneCluster } from "./one-cluster.js";

export function Clusters() {
  const view = viewOf(route.value.parameters);
  return html`<div class="clusters">
    ${
      view.cluster === undefined
        ? html`<${ClusterTable} view=${view} />`
        : html`<${OneCluster} view=${view} cluster=${view.cluster} />`
    }
  </div>`;
}
