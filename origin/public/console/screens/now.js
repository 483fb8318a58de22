// @ts-check
/**
 * What happens now: the sentence, the figures, the last 15 minutes, the mode, and what was changed last; and
 * the same of a moment that has passed, where the address names one.
 */
import { html } from "htm/preact";
import { goneMs, now } from "../live.js";
import { isoOf } from "../model/moments.js";
import { Demo } from "../parts/demo.js";
import { useKeys } from "../parts/keys.js";
import { lazy } from "../parts/lazy.js";
import { go, route } from "../route.js";
import { MomentLink } from "./now/moment-link.js";
import { StateView } from "./now/state-view.js";

const MINUTE_MS = 60_000;
const Past = lazy(() => import("./now/past.js").then((module) => module.Past), "Now");

function View() {
  const until = route.value.parameters.get("until");
  return until === null ? html`<${Live} />` : html`<${Past} until=${until} />`;
}

function Live() {
  useKeys(() => ({ ",": earlier }));
  const state = now.value;
  if (state === undefined)
    return html`<h1 class="sentence" aria-busy="true">
      ${goneMs.value > 0 ? "Nothing is known of the origin yet." : "Reading what happens now…"}
    </h1>`;
  return html`<div class="now" data-stale=${goneMs.value > 0 ? "" : undefined}>
    <h1 class="sentence">${state.sentence}</h1>
    <${Announcer} state=${state} />
    <div class="moment">
      <button type="button" class="quiet" aria-keyshortcuts="," onClick=${earlier}>A minute earlier</button>
      <${MomentLink} atMs=${state.atMs} />
    </div>
    <${Demo} />
    <${StateView} state=${state} />
  </div>`;
}

function earlier() {
  go("now", { until: isoOf((now.value?.atMs ?? Date.now()) - MINUTE_MS) });
}

/**
 * Tells a screen reader of what begins and ends, and not each second's figures. @param {{ state:
 * import("@spillway/shared/protocol/now-state.ts").NowState }} props
 */
function Announcer({ state }) {
  const kind =
    state.mode.inForce !== "auto"
      ? `The mode is ${state.mode.inForce}.`
      : state.overSinceMs !== null
        ? "Over the threshold."
        : "Under the threshold.";
  const health = state.origin.health === "healthy" ? "" : ` The origin is ${state.origin.health}.`;
  return html`<p class="unseen" role="status">${kind}${health}</p>`;
}

export const screen = { id: "now", title: "Now", key: "1", View };
