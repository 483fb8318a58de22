// @ts-check
/** Drafts: those that wait, which can be cancelled, and what became of the newest others. */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";
import { Dialog } from "../../parts/dialog.js";
import { may, reasonOf, request } from "../../session.js";
import { load } from "./facts.js";

/** @import { Draft } from "./facts.js" */

const SHOWN = 12;

/** @param {{ drafts: readonly Draft[] }} props */
export function Drafts({ drafts }) {
  /** @type {import("@preact/signals").Signal<Draft | undefined>} */
  const asked = useSignal(/** @type {Draft | undefined} */ (undefined));
  return html`<section class="panel" aria-labelledby="drafts-title">
    <h2 id="drafts-title">Drafts</h2>
    ${drafts.length === 0 && html`<p class="hint">None waits, and none has been made.</p>`}
    <ul class="changes">
      ${drafts.slice(0, SHOWN).map(
        (draft) =>
          html`<li key=${draft.id}>
            <time datetime=${draft.start}>${draft.start.slice(0, 16).replace("T", " ")}</time>
            <span>
              ${draft.state}: draft ${draft.id} by <b>${draft.by}</b>,${" "}
              ${draft.pins.map(({ id }) => id).join(", ")}${" "}
              ${draft.note !== undefined && html`<q>${draft.note}</q>`} ${draft.outcome ?? ""}
            </span>
            ${
              draft.state === "waiting" &&
              may("editor") &&
              html`<button type="button" onClick=${() => (asked.value = draft)}>Cancel</button>`
            }
          </li>`,
      )}
    </ul>
    ${
      asked.value !== undefined &&
      html`<${Cancel} draft=${asked.value} onClose=${() => (asked.value = undefined)} />`
    }
  </section>`;
}

/** @param {{ draft: Draft, onClose: () => void }} props */
function Cancel({ draft, onClose }) {
  const problem = useSignal("");
  const cancel = async () => {
    try {
      const reply = await request("POST", "editorial/drafts/cancel", { body: { id: draft.id } });
      problem.value = reply.ok ? "" : reasonOf(reply);
      if (reply.ok) onClose();
      await load();
    } catch {
      problem.value = "The origin does not answer; nothing was changed, as far as is known.";
    }
  };
  return html`<${Dialog} title=${`Cancel draft ${draft.id}?`} onClose=${onClose}>
    <p>It is not published at its start. What is in force stays.</p>
    <${Command} text=${`pnpm spillway pins cancel ${draft.id}`} />
    <p class="problem" role="alert">${problem.value}</p>
    <p class="buttons">
      <button type="button" class="act" autofocus onClick=${() => void cancel()}>Cancel the draft</button>
      <button type="button" onClick=${onClose}>Leave it</button>
    </p>
  <//>`;
}
