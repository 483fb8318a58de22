// @ts-check
/** The command line that does the same as an action, to copy. */
import { useState } from "preact/hooks";
import { html } from "htm/preact";

/** @param {{ text: string }} props */
export function Command({ text }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      // Without the permission, the text can still be selected.
    }
  };
  return html`<p class="command">
    <code>${text}</code>
    <button type="button" class="quiet" onClick=${copy} aria-label=${`Copy: ${text}`}>
      ${isCopied ? "Copied" : "Copy"}
    </button>
  </p>`;
}
