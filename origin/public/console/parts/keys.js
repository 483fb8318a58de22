// @ts-check
/** Keys that act wherever nobody writes and no dialog is open. */
import { useLayoutEffect } from "preact/hooks";

/**
 * While the calling part is shown. They act as soon as it can be seen: an effect would wait for the next
 * frame, and who knows the keys is quicker than a busy machine.
 *
 * @param {() => Readonly<Record<string, () => void>>} actionsOf By `KeyboardEvent.key`.
 * @param {readonly unknown[]} [inputs] What the actions depend on.
 */
export function useKeys(actionsOf, inputs = []) {
  useLayoutEffect(() => keysOf(actionsOf()), inputs);
}

/**
 * @param {Readonly<Record<string, () => void>>} actions
 * @returns {() => void} Ends it.
 */
function keysOf(actions) {
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const action = actions[event.key];
    if (action === undefined || isWritten(event.target) || document.querySelector("dialog[open]") !== null)
      return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

/** @param {EventTarget | null} target */
function isWritten(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
