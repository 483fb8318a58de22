// @ts-check
/** Forces a mode for a while. It ends by itself, whatever becomes of the origin. */
/** @import { NowState } from "@spillway/shared/protocol/now-state.ts" */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { duration } from "@spillway/shared/protocol/now-sentence.ts";
import { lookNow } from "../../live.js";
import { clockTime, perSecond } from "../../model/figures.js";
import { Command } from "../../parts/command.js";
import { may, reasonOf, request } from "../../session.js";

const MODES = /** @type {const} */ ({
  "force-cluster": "Stored and tailored pages alone: nothing is asked of the origin",
  "force-individual": "Individual pages alone: the gate lets everything pass",
  auto: "Individual up to the threshold, stored and tailored beyond it",
});
const MINUTES = [5, 15, 30, 60, 240];

/** @param {{ state: NowState, isPast: boolean }} props */
export function ModeSwitch({ state: { mode, atMs }, isPast }) {
  const chosen = useSignal(/** @type {keyof typeof MODES} */ ("force-cluster"));
  const minutes = useSignal(15);
  const problem = useSignal("");
  const send = async (/** @type {string} */ method, /** @type {unknown} */ body) => {
    try {
      const reply = await request(method, "routing/mode", body === undefined ? {} : { body });
      problem.value = reply.ok ? unpublished(reply.body) : reasonOf(reply);
      await lookNow();
    } catch {
      problem.value = "The origin does not answer; nothing was changed, as far as is known.";
    }
  };
  const isForced = mode.untilMs !== null;
  return html`<section class="panel" aria-labelledby="mode-title">
    <h2 id="mode-title">Mode</h2>
    <p>
      <strong>${mode.inForce}</strong>${" "}
      ${mode.thresholdPerSec !== null && html`with a threshold of <strong>${perSecond(mode.thresholdPerSec)} a second</strong>${" "}`}
      ${
        mode.untilMs === null
          ? "by the routing"
          : `by ${mode.by ?? "somebody"} until ${clockTime(mode.untilMs)} (${duration(Math.max(0, mode.untilMs - atMs))}); then ${mode.thresholdPerSec === null ? "" : "the bands' thresholds and "}${mode.ofRouting} again, by itself`
      }
    </p>
    ${
      isPast
        ? null
        : may("operator")
          ? html`<fieldset>
                <legend>Force a mode for a while</legend>
                <label for="mode-choice">Mode</label>
                <select
                  id="mode-choice"
                  value=${chosen.value}
                  onChange=${(/** @type {any} */ event) => (chosen.value = event.target.value)}
                >
                  ${Object.keys(MODES).map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
                </select>
                <label for="mode-minutes">For</label>
                <select
                  id="mode-minutes"
                  value=${String(minutes.value)}
                  onChange=${(/** @type {any} */ event) => (minutes.value = Number(event.target.value))}
                >
                  ${MINUTES.map((one) => html`<option key=${one} value=${String(one)}>${one} min</option>`)}
                </select>
                <p class="hint">${MODES[chosen.value]}.</p>
                <button
                  type="button"
                  class="act"
                  onClick=${() => void send("PUT", { mode: chosen.value, forSeconds: minutes.value * 60 })}
                >
                  Switch to ${chosen.value} for ${minutes.value} min
                </button>
              </fieldset>
              <${Command} text=${`pnpm spillway routing mode ${chosen.value} --for ${minutes.value}m`} />
              ${
                isForced &&
                html`<button type="button" onClick=${() => void send("DELETE", undefined)}>End it now</button>
                  <${Command} text="pnpm spillway routing mode --end" />`
              }`
          : html`<p class="hint">Who has the role of an operator can force a mode here.</p>`
    }
    <p class="problem" role="alert">${problem.value}</p>
  </section>`;
}

/** @param {{ published?: boolean, reason?: string }} answer */
function unpublished({ published, reason = "no reason was given" }) {
  return published === false ? `Not in KV yet, so isolates do not obey it yet: ${reason}.` : "";
}
