// @ts-check
/** The rollout that is on, or was last: its stages and guards, and the way back. */
/** @import { RolloutStatus } from "@spillway/shared/protocol/rollout-status.ts" */
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";

/** @param {{ rollout: RolloutStatus, canAct: boolean, onAct: (act: "abort" | "promote") => void }} props */
export function Rollout({ rollout: { id, sentence, stages, guards, end }, canAct, onAct }) {
  return html`<section class="panel" aria-labelledby="rollout-title">
    <h2 id="rollout-title">Rollout ${id}</h2>
    <p role="status">${sentence}</p>
    <ol class="versions">
      ${stages.map(
        ({ share, holdsFrom, state }) =>
          html`<li key=${share}>
            <span
              >${`${Number((100 * share).toFixed(3))} %: ${state}`}${holdsFrom === null ? "" : `, from ${holdsFrom}`}</span
            >
          </li>`,
      )}
    </ol>
    ${guards.map((guard) => html`<p key=${guard.guard} class="hint">${guard.guard}: ${guard.state}; ${guard.text}</p>`)}
    ${
      end === undefined &&
      canAct &&
      html`<p class="buttons">
          <button type="button" class="act" onClick=${() => onAct("abort")}>Abort…</button>
          <button type="button" onClick=${() => onAct("promote")}>Next stage…</button>
        </p>
        <${Command} text="pnpm spillway routing rollout abort" />`
    }
  </section>`;
}
