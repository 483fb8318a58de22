// @ts-check
/** What happens now: the sentence, the figures, the last 15 minutes, the mode, and what was changed last. */
import { html } from "htm/preact";
import { goneMs, now } from "../live.js";
import { Demo } from "../parts/demo.js";
import { Changes } from "./now/changes.js";
import { DemandChart } from "./now/demand-chart.js";
import { MixChart } from "./now/mix-chart.js";
import { ModeSwitch } from "./now/mode-switch.js";
import { Tiles } from "./now/tiles.js";

function View() {
  const state = now.value;
  if (state === undefined)
    return html`<h1 class="sentence" aria-busy="true">
      ${goneMs.value > 0 ? "Nothing is known of the origin yet." : "Reading what happens now…"}
    </h1>`;
  return html`<div class="now" data-stale=${goneMs.value > 0 ? "" : undefined}>
    <h1 class="sentence">${state.sentence}</h1>
    <${Announcer} state=${state} />
    <${Demo} />
    <${Tiles} state=${state} />
    <${DemandChart} state=${state} />
    <${MixChart} state=${state} />
    <div class="columns">
      <${ModeSwitch} state=${state} />
      <${Changes} state=${state} />
    </div>
  </div>`;
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
