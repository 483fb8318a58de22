// @ts-check
/** Asks before something is pushed, and says how the command line does the same. */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "./command.js";
import { Dialog } from "./dialog.js";
import { reasonOf, request } from "../session.js";

/** @typedef {Readonly<Record<string, string>>} Parameters */

/**
 * @typedef {{ title: string, what: string, command: (said: Parameters) => string, method: string,
 *   path: string,
 *   parameters?: Parameters, body?: unknown, type?: string, mayStage?: boolean }} Change
 * @param {{ change: Change, onClose: () => void, onDone: () => void }} props
 */
export function PushDialog({ change, onClose, onDone }) {
  const said = useSignal(/** @type {Parameters} */ ({}));
  const isStaged = useSignal(false);
  const problem = useSignal("");
  const { title, what, method, path, body, type, mayStage = false } = change;
  const stages = isStaged.value ? { stages: "1,5,25,100", every: "10m" } : {};
  const given = Object.fromEntries(
    Object.entries({ ...stages, ...said.value }).filter(([, value]) => value !== ""),
  );
  const push = async () => {
    const query = new URLSearchParams({ ...change.parameters, ...given }).toString();
    try {
      const reply = await request(method, `${path}?${query}`, {
        ...(body !== undefined && { body }),
        ...(type !== undefined && { type }),
      });
      if (reply.ok) onDone();
      else problem.value = reasonOf(reply);
    } catch {
      problem.value = "The origin does not answer; nothing was changed, as far as is known.";
    }
  };
  const field = (/** @type {string} */ name, /** @type {string} */ label) =>
    html`<label for=${`push-${name}`}>${label}</label>
      <input
        id=${`push-${name}`}
        type="text"
        maxlength="200"
        value=${given[name] ?? ""}
        onInput=${(/** @type {any} */ event) => (said.value = { ...said.value, [name]: event.target.value })}
      />`;
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${what}</p>
    <div class="fields">
      ${field("note", "Why, for the audit log")}
      ${
        mayStage &&
        html`<label for="push-staged">By stages</label>
          <input
            id="push-staged"
            type="checkbox"
            checked=${isStaged.value}
            onChange=${(/** @type {any} */ event) => {
              isStaged.value = event.target.checked;
              said.value = { note: said.value["note"] ?? "" };
            }}
          />`
      }
      ${isStaged.value && [field("stages", "Percentages that grow"), field("every", "Each stage holds"), field("guard", "Guard, such as generic share < 5%")]}
    </div>
    <${Command} text=${change.command(given)} />
    <p class="problem" role="alert">${problem.value}</p>
    <p class="buttons">
      <button type="button" class="act" onClick=${() => void push()}>
        ${isStaged.value ? "Begin the rollout" : "Do it"}
      </button>
      <button type="button" onClick=${onClose}>Leave it</button>
    </p>
  <//>`;
}

/** What was given, as options for a shell. @param {Parameters} said */
export function optionsOf(said) {
  return Object.entries(said)
    .map(([name, value]) => ` --${name} '${value.replaceAll("'", String.raw`'\''`)}'`)
    .join("");
}
