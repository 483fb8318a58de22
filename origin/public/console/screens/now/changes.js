// @ts-check
/** What was changed last, and by whom; a routing can be taken back from here. */
/** @import { NowState, NowChange } from "@spillway/shared/protocol/now-state.ts" */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { lookNow } from "../../live.js";
import { clockTime } from "../../model/figures.js";
import { Command } from "../../parts/command.js";
import { Dialog } from "../../parts/dialog.js";
import { may, reasonOf, request } from "../../session.js";

/** @param {{ state: NowState, isPast: boolean }} props */
export function Changes({ state: { changes }, isPast }) {
  /** @type {import("@preact/signals").Signal<NowChange | undefined>} */
  const asked = useSignal(/** @type {NowChange | undefined} */ (undefined));
  const newest = changes.find(({ revertTo }) => revertTo !== null);
  return html`<section class="panel" aria-labelledby="changes-title">
    <h2 id="changes-title">Last changes${isPast && " until then"}</h2>
    ${changes.length === 0 && html`<p class="hint">Nothing had been changed.</p>`}
    <ol class="changes">
      ${changes.map(
        (change) =>
          html`<li key=${`${change.atMs} ${change.subject} ${change.action}`}>
            <time datetime=${new Date(change.atMs).toISOString()}>${clockTime(change.atMs)}</time>
            <span>
              <b>${change.by}</b> ${change.action}: ${change.subject}
              ${change.note !== null && html` <q>${change.note}</q>`}
            </span>
            ${
              change === newest &&
              !isPast &&
              may("operator") &&
              html`<button type="button" onClick=${() => (asked.value = change)}>Revert</button>`
            }
          </li>`,
      )}
    </ol>
    ${
      asked.value !== undefined &&
      html`<${Revert} change=${asked.value} onClose=${() => (asked.value = undefined)} />`
    }
  </section>`;
}

/** @param {{ change: NowChange, onClose: () => void }} props */
function Revert({ change, onClose }) {
  const problem = useSignal("");
  const revert = async () => {
    try {
      const reply = await request("POST", "routing/rollback", { body: { version: change.revertTo } });
      if (!reply.ok) {
        problem.value = reasonOf(reply);
        return;
      }
      onClose();
      await lookNow();
    } catch {
      problem.value = "The origin does not answer; nothing was changed, as far as is known.";
    }
  };
  return html`<${Dialog} title=${`Take ${change.subject} back?`} onClose=${onClose}>
    <p>
      Version ${change.revertTo} is pushed again, as a new version: at the gate at once, at the edge within
      its read cycle.
    </p>
    <${Command} text=${`pnpm spillway routing rollback --version ${change.revertTo}`} />
    <p class="problem" role="alert">${problem.value}</p>
    <p class="buttons">
      <button type="button" class="act" autofocus onClick=${() => void revert()}>
        Push version ${change.revertTo} again
      </button>
      <button type="button" onClick=${onClose}>Leave it</button>
    </p>
  <//>`;
}
