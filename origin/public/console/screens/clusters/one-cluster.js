// @ts-check
/** One cluster: where it stands in the tree, what it serves, and its page beside others. */
/** @import { ClusterView } from "../../model/cluster-view.js" */
/** @import { ShownCluster } from "@spillway/shared/clusters/compared-pages.ts" */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { useEffect, useRef } from "preact/hooks";
import { html } from "htm/preact";
import { callsOf } from "@spillway/shared/clusters/listed-clusters.ts";
import { duration, percent } from "@spillway/shared/protocol/now-sentence.ts";
import { commandOf, PAGE_CONTEXTS, parametersOf } from "../../model/cluster-view.js";
import { Command } from "../../parts/command.js";
import { useKeys } from "../../parts/keys.js";
import { addressOf, go } from "../../route.js";
import { ComparedPages } from "./compared-pages.js";
import { LOOK_EVERY_MS, loadShown, shown } from "./facts.js";
import { COUNT, mixText } from "./traffic.js";

/** @param {{ view: ClusterView, cluster: string }} props */
export function OneCluster({ view, cluster }) {
  /** @type {{ current: HTMLElement | null }} */
  const heading = useRef(null);
  useEffect(() => {
    void loadShown(cluster, view.context);
    const timer = setInterval(() => void loadShown(cluster, view.context), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [cluster, view.context]);
  useEffect(() => heading.current?.focus(), [cluster]);
  const back = parametersOf({ ...view, cluster: undefined });
  const backText = JSON.stringify(back);
  useKeys(() => ({ Escape: () => go("clusters", JSON.parse(backText)) }), [backText]);
  const { body, problem } = shown.value;
  return html`<p><a href=${addressOf("clusters", back)}>← All clusters</a> <kbd>Esc</kbd></p>
    <h1 tabindex="-1" ref=${heading}>${cluster}</h1>
    <p class="problem" role="alert">${problem}</p>
    ${body === undefined && problem === "" && html`<p role="status">Reading its pages…</p>`}
    ${body !== undefined && html`<${Facts} body=${body} view=${view} />`}
    <nav class="contexts" aria-label="Page of">
      ${PAGE_CONTEXTS.map(
        (context) =>
          html`<a
            key=${context}
            href=${addressOf("clusters", parametersOf({ ...view, context }))}
            aria-current=${context === view.context ? "true" : undefined}
            >${context}</a
          >`,
      )}
    </nav>
    <${Command} text=${commandOf(view)} />
    ${body !== undefined && html`<${ComparedPages} shown=${body} />`}`;
}

/** @param {{ body: ShownCluster, view: ClusterView }} props */
function Facts({ body: { at, cluster, path, allPages }, view }) {
  const { definition, members, gain, gainOverGeneric, hour, day, page, leaf } = cluster;
  const isRoot = path.length === 1;
  return html`<p class="definition-of">
      ${definition}${!leaf && html` <small>inner node: its page stands in for a missing one below</small>`}
    </p>
    <dl class="facts panel">
      <div>
        <dt>In the tree</dt>
        <dd>
          <ol class="path">
            ${path.map(
              (node, depth) =>
                html`<li key=${node.id}>
                  ${
                    depth === path.length - 1
                      ? html`<b>${node.id}</b>`
                      : html`<a
                          href=${addressOf("clusters", parametersOf({ ...view, cluster: node.id }))}
                          title=${node.definition}
                          >${node.id}</a
                        >`
                  }${" "}
                  <small>${COUNT.format(node.members)} members</small>
                </li>`,
            )}
          </ol>
        </dd>
      </div>
      <div>
        <dt>Last hour</dt>
        <dd>${servedText(hour, allPages.hour)}</dd>
      </div>
      <div>
        <dt>Last day</dt>
        <dd>${servedText(day, allPages.day)}</dd>
      </div>
      <div>
        <dt>Members</dt>
        <dd>${COUNT.format(members)}</dd>
      </div>
      <div>
        <dt>Gain</dt>
        <dd>
          ${
            isRoot
              ? "none: this is everybody, whose page is the generic one"
              : html`${percent(gain)} over its parent's page,${" "}
                  ${gainOverGeneric === null ? "not measured before the next cycle" : percent(gainOverGeneric)}
                  ${" "}over the generic one${" "}
                  <small>of the distance to what members would be shown individually</small>`
          }
        </dd>
      </div>
      <div>
        <dt>What visitors do there</dt>
        <dd><${Command} text=${`pnpm spillway report engagement --cluster ${cluster.id}`} /></dd>
      </div>
      <div>
        <dt>Its page</dt>
        <dd>
          ${
            page === null
              ? "none is stored"
              : `unchanged for ${duration(Date.parse(at) - Date.parse(page.changedAt))}, by generation ${page.generation}`
          }
        </dd>
      </div>
    </dl>`;
}

/** @param {import("@spillway/shared/clusters/listed-clusters.ts").RungCalls} rungs @param {number} all */
function servedText(rungs, all) {
  const calls = callsOf(rungs);
  if (all === 0) return "no page was reported, of any cluster";
  if (calls === 0) return `none of ${counted(all, "page")}`;
  return `${COUNT.format(calls)} of ${counted(all, "page")} (${percent(calls / all)}): ${mixText(rungs)}`;
}
