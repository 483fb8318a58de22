// @ts-check
/** Pages of a cluster or of all: how many, their share, and by rung. */
/** @import { RungCalls } from "@spillway/shared/clusters/listed-clusters.ts" */
import { html } from "htm/preact";
import { callsOf } from "@spillway/shared/clusters/listed-clusters.ts";
import { percent } from "@spillway/shared/protocol/now-sentence.ts";

export const COUNT = new Intl.NumberFormat("en");
const RUNGS = /** @type {const} */ (["individual", "tailored", "cluster", "parent", "generic", "builtin"]);

/** Such as "60 % tailored, 40 % individual", best first. @param {RungCalls} rungs */
export function mixText(rungs) {
  const all = callsOf(rungs);
  return RUNGS.flatMap((rung) => {
    const calls = rungs[rung] ?? 0;
    return calls === 0 ? [] : [`${percent(calls / all)} ${rung}`];
  }).join(", ");
}

/** @param {{ rungs: RungCalls }} props */
export function MixBar({ rungs }) {
  const all = callsOf(rungs);
  if (all === 0) return null;
  const text = mixText(rungs);
  return html`<span class="mix" role="img" aria-label=${text} title=${text}>
    ${RUNGS.filter((rung) => rungs[rung] !== undefined).map(
      (rung) =>
        html`<span
          key=${rung}
          style=${{ flexGrow: (rungs[rung] ?? 0) / all, background: `var(--rung-${rung})` }}
        ></span>`,
    )}
  </span>`;
}

/** @param {{ rungs: RungCalls, all: number }} props `all` pages were served of all clusters. */
export function Pages({ rungs, all }) {
  const calls = callsOf(rungs);
  if (calls === 0) return html`<span class="none">0</span>`;
  return html`${percent(calls / all)} <small>${COUNT.format(calls)}</small>`;
}

export function RungLegend() {
  return html`<p class="legend hint">
    By rung, of the last day:
    ${RUNGS.map(
      (rung) =>
        html`<span key=${rung}
          ><i style=${{ background: `var(--rung-${rung})` }} aria-hidden="true"></i> ${rung}</span
        >`,
    )}
  </p>`;
}
