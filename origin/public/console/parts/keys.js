// @ts-check
/** Keys that act wherever nobody writes and no dialog is open. */

/**
 * @param {Readonly<Record<string, () => void>>} actions By `KeyboardEvent.key`.
 * @returns {() => void} Ends it.
 */
export function keysOf(actions) {
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
