// @ts-check
/** The figures below the sentence, of now or of a moment that has passed. */
/** @import { NowState } from "@spillway/shared/protocol/now-state.ts" */
import { html } from "htm/preact";
import { lazy } from "../../parts/lazy.js";
import { Changes } from "./changes.js";
import { DemandChart } from "./demand-chart.js";
import { MixChart } from "./mix-chart.js";
import { ModeSwitch } from "./mode-switch.js";
import { Tiles } from "./tiles.js";

/** After that an ended rollout stands below what happens. */
const URGENT_AFTER_END_MS = 300_000;

const Rollout = lazy(() => import("../../parts/rollout.js").then((module) => module.Rollout));

/** @param {{ state: NowState, isPast?: boolean }} props */
export function StateView({ state, isPast = false }) {
  const { rollout, atMs } = state;
  const isUrgent =
    rollout !== null &&
    (rollout.end === undefined || atMs - Date.parse(rollout.end.at) < URGENT_AFTER_END_MS);
  return html`<${Tiles} state=${state} isPast=${isPast} />
    ${isUrgent && html`<${Rollout} rollout=${rollout} isPast=${isPast} />`}
    <${DemandChart} state=${state} />
    <${MixChart} state=${state} isPast=${isPast} />
    ${rollout !== null && !isUrgent && html`<${Rollout} rollout=${rollout} isPast=${isPast} />`}
    <div class="columns">
      <${ModeSwitch} state=${state} isPast=${isPast} />
      <${Changes} state=${state} isPast=${isPast} />
    </div>`;
}
