// @ts-check
/** A short message that disappears by itself. */
import { find } from "./dom.js";

const SHOWN_MS = 4500;

export function createToast() {
  const element = find("#toast", HTMLElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {string} message */
  return function show(message) {
    clearTimeout(timer);
    // A popover that is shown again is drawn above a dialog that was opened meanwhile.
    if (element.matches(":popover-open")) element.hidePopover();
    element.showPopover();
    // What is written while it is hidden is not read aloud.
    element.textContent = message;
    timer = setTimeout(() => element.hidePopover(), SHOWN_MS);
  };
}
