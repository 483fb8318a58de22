// @ts-check
/** A modal dialog: the browser keeps the focus in it, and gives it back. */
import { useEffect, useRef } from "preact/hooks";
import { html } from "htm/preact";

/**
 * @param {{ title: string, onClose: () => void, children?: any, class?: string }} props
 */
export function Dialog({ title, onClose, children, class: more = "" }) {
  /** @type {{ current: HTMLDialogElement | null }} */
  const element = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const outside = (/** @type {MouseEvent} */ event) => {
    if (event.target === element.current) onClose();
  };
  return html`<dialog
    ref=${element}
    class=${`dialog ${more}`}
    aria-label=${title}
    onClose=${onClose}
    onMouseDown=${outside}
  >
    <header>
      <h2>${title}</h2>
      <button type="button" class="quiet" onClick=${onClose} aria-label="Close">✕</button>
    </header>
    ${children}
  </dialog>`;
}
