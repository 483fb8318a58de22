// @ts-check
/** Asks before something is pushed, and says how the command line does the same. */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";
import { Dialog } from "../../parts/dialog.js";
import { reasonOf, request } from "../../session.js";

/**
 * @typedef {{ title: string, what: string, command: (note: string) => string, method: string, path: string, body: unknown, type?: string }} Change
 * @param {{ change: Change, onClose: () => void, onDone: () => void }} props
 */
export function PushDialog({ change, onClose, onDone }) {
  const note = useSignal("");
  const problem = useSignal("");
  const push = async () => {
    const { method, path, body, type } = change;
    const query =
      note.value === "" ? "" : `${path.includes("?") ? "&" : "?"}note=${encodeURIComponent(note.value)}`;
    try {
      const reply = await request(method, `${path}${query}`, { body, ...(type !== undefined && { type }) });
      if (reply.ok) onDone();
      else problem.value = reasonOf(reply);
    } catch {
      problem.value = "The origin does not answer; nothing was changed, as far as is known.";
    }
  };
  return html`<${Dialog} title=${change.title} onClose=${onClose}>
    <p>${change.what} The gate obeys at once, every edge isolate within its read cycle.</p>
    <label for="push-note">Why, for the audit log</label>
    <input
      id="push-note"
      type="text"
      maxlength="200"
      value=${note.value}
      onInput=${(/** @type {any} */ event) => (note.value = event.target.value)}
    />
    <${Command} text=${change.command(note.value)} />
    <p class="problem" role="alert">${problem.value}</p>
    <p class="buttons">
      <button type="button" class="act" onClick=${() => void push()}>Push</button>
      <button type="button" onClick=${onClose}>Leave it</button>
    </p>
  <//>`;
}
