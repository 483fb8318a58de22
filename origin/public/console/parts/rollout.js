// @ts-check
/** The rollout that is on, or was last: its stages, what its guards have seen, and the way back. */
/** @import { RolloutStatus, GuardStatus } from "@spillway/shared/protocol/rollout-status.ts" */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { duration } from "@spillway/shared/protocol/now-sentence.ts";
import { clockTime } from "../model/figures.js";
import { may } from "../session.js";
import { Command } from "./command.js";
import { optionsOf, PushDialog } from "./push-dialog.js";

/** @typedef {import("./push-dialog.js").Change} Change */

/**
 * @param {{ rollout: RolloutStatus, isPast?: boolean, onDone?: () => void }} props `onDone` is told of a
 *   change.
 */
export function Rollout({ rollout, isPast = false, onDone = () => undefined }) {
  const asked = useSignal(/** @type {Change | undefined} */ (undefined));
  const { id, state, sentence, stages, guards, share, end, note, by, waiting, changesAtTheEnd } = rollout;
  return html`<section class="panel rollout" data-state=${state} aria-labelledby="rollout-title">
    <h2 id="rollout-title">
      Rollout ${id}: ${state === "on" ? `${percentOf(share)} of the visitors` : state}
    </h2>
    <p role=${isPast ? undefined : "status"}>${sentence}</p>
    <p class="hint">
      ${`Begun ${clockTime(Date.parse(rollout.begunAt))}${by === undefined ? "" : ` by ${by}`}.`}
      ${note !== undefined && html` <q>${note}</q>`}
      ${waiting !== null && waiting.until !== null && ` Next look: ${clockTime(Date.parse(waiting.until))}.`}
      ${changesAtTheEnd.length > 0 && ` With the last stage, for everybody: ${changesAtTheEnd.join(", ")}.`}
    </p>
    <ol class="stages" aria-label="Stages">
      ${stages.map(
        (stage) =>
          html`<li
            key=${stage.share}
            data-state=${stage.state}
            aria-current=${stage.state === "on" ? "step" : undefined}
          >
            <b>${percentOf(stage.share)}</b> <span>${stage.state}</span>
            ${
              stage.holdsFrom !== null &&
              html`<time datetime=${stage.holdsFrom}>from ${clockTime(Date.parse(stage.holdsFrom))}</time>`
            }
          </li>`,
      )}
    </ol>
    ${guards.length > 0 && html`<${Guards} guards=${guards} />`}
    ${
      end === undefined &&
      !isPast &&
      may("operator") &&
      html`<p class="buttons">
          <button type="button" class="act" onClick=${() => (asked.value = changeOf("abort"))}>Abort…</button>
          <button type="button" onClick=${() => (asked.value = changeOf("promote"))}>Next stage…</button>
          <span class="hint">Each stage holds ${duration(rollout.everyMs)} at least.</span>
        </p>
        <${Command} text="pnpm spillway routing rollout abort" />`
    }
    ${
      asked.value !== undefined &&
      html`<${PushDialog}
        change=${asked.value}
        onClose=${() => (asked.value = undefined)}
        onDone=${() => {
          asked.value = undefined;
          onDone();
        }}
      />`
    }
  </section>`;
}

/** @param {{ guards: readonly GuardStatus[] }} props */
function Guards({ guards }) {
  return html`<div class="scrolled" tabindex="0" role="region" aria-label="Guards">
    <table>
      <thead>
        <tr>
          <th scope="col">Guard</th>
          <th scope="col">State</th>
          <th scope="col">What it has seen</th>
          <th scope="col" class="number">Users</th>
        </tr>
      </thead>
      <tbody>
        ${guards.map(
          ({ guard, state, text, users }) =>
            html`<tr key=${guard}>
              <th scope="row">${guard}</th>
              <td data-guard=${state}>${state}</td>
              <td>${text}</td>
              <td class="number">${users.candidate} and ${users.current}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** @param {"abort" | "promote"} act @returns {Change} */
function changeOf(act) {
  return {
    title: act === "abort" ? "Abort the rollout?" : "On to the next stage?",
    what:
      act === "abort"
        ? "Everybody obeys the version in force again, within seconds."
        : "The next stage is announced now, if its guards allow.",
    command: (said) => `pnpm spillway routing rollout ${act}${optionsOf(said)}`,
    method: "POST",
    path: `routing/rollout/${act}`,
  };
}

/** @param {number} share */
function percentOf(share) {
  return `${Number((100 * share).toFixed(3))} %`;
}
