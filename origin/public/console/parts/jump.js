// @ts-check
/** The jump list: screens and actions by what somebody types. */
import { useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { go } from "../route.js";
import { SCREENS } from "../screens.js";
import { switchTheme } from "../theme.js";
import { Dialog } from "./dialog.js";

/** @typedef {import("../screens.js").Action} Action */

/** @returns {Action[]} */
function everything() {
  return [
    ...SCREENS.map(({ id, title, key }) => ({ title, hint: key, run: () => go(id) })),
    ...SCREENS.flatMap(({ title, actions }) =>
      (actions?.() ?? []).map((action) => ({ ...action, hint: action.hint ?? title })),
    ),
    { title: "Switch the theme", hint: "t", run: switchTheme },
  ];
}

/** @param {{ onClose: () => void }} props */
export function Jump({ onClose }) {
  const text = useSignal("");
  const at = useSignal(0);
  /** @type {{ current: HTMLUListElement | null }} */
  const list = useRef(null);
  const words = text.value.toLowerCase().split(/\s+/);
  const found = everything().filter(({ title, hint = "" }) =>
    words.every((word) => `${title} ${hint}`.toLowerCase().includes(word)),
  );
  const chosen = Math.min(at.value, found.length - 1);
  const run = (/** @type {Action | undefined} */ action) => {
    if (action === undefined) return;
    onClose();
    action.run();
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Enter") run(found[chosen]);
    else if (step === 0 || found.length === 0) return;
    else at.value = (chosen + step + found.length) % found.length;
    event.preventDefault();
  };
  return html`<${Dialog} title="Jump" class="jump" onClose=${onClose}>
    <input
      type="search"
      role="combobox"
      aria-label="Screen or action"
      aria-expanded="true"
      aria-controls="jump-list"
      aria-activedescendant=${chosen < 0 ? undefined : `jump-${chosen}`}
      autocomplete="off"
      autofocus
      value=${text.value}
      onInput=${(/** @type {Event} */ { target }) => {
        if (target instanceof HTMLInputElement) text.value = target.value;
        at.value = 0;
      }}
      onKeyDown=${press}
    />
    <ul id="jump-list" role="listbox" aria-label="Screens and actions" ref=${list}>
      ${found.map(
        (action, index) =>
          html`<li
            key=${action.title}
            id=${`jump-${index}`}
            role="option"
            aria-selected=${index === chosen}
            onClick=${() => run(action)}
          >
            ${action.title} <small>${action.hint}</small>
          </li>`,
      )}
    </ul>
    ${found.length === 0 && html`<p role="status">Nothing has this name.</p>`}
  <//>`;
}
