// @ts-check
/** The file's text, with what is wrong underlined while somebody writes, and the list of it. */
/** @import { TextIssue } from "../../model/marked-text.js" */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { useRef } from "preact/hooks";
import { html } from "htm/preact";
import { markedParts, offsetOf } from "../../model/marked-text.js";

/**
 * @param {{ text: string, issues: readonly TextIssue[], isReadOnly: boolean, onText: (text: string) => void
 * }} props
 */
export function Editor({ text, issues, isReadOnly, onText }) {
  /** @type {{ current: HTMLTextAreaElement | null }} */
  const area = useRef(null);
  /** @type {{ current: HTMLElement | null }} */
  const behind = useRef(null);
  const scroll = () => {
    if (area.current === null || behind.current === null) return;
    behind.current.scrollTop = area.current.scrollTop;
    behind.current.scrollLeft = area.current.scrollLeft;
  };
  const show = (/** @type {TextIssue} */ issue) => {
    const start = offsetOf(text, issue);
    area.current?.focus();
    area.current?.setSelectionRange(start, start + (issue.length ?? 1));
  };
  return html`<div class="editor">
      <pre class="marks" aria-hidden="true" ref=${behind}>
${markedParts(text, issues).map((part) =>
  part.isWrong ? html`<mark>${part.text}</mark>` : part.text,
)}${"\n "}</pre>
      <label class="unseen" for="rules-text">routing.toml</label>
      <textarea
        id="rules-text"
        ref=${area}
        rows="24"
        wrap="off"
        spellcheck=${false}
        autocapitalize="off"
        autocomplete="off"
        readonly=${isReadOnly}
        aria-invalid=${issues.length > 0 ? "true" : undefined}
        aria-describedby="rules-issues"
        value=${text}
        onInput=${(/** @type {any} */ event) => onText(event.target.value)}
        onScroll=${scroll}
      ></textarea>
    </div>
    <div id="rules-issues" role="status">
      ${
        issues.length > 0 &&
        html`<p class="problem">${counted(issues.length, "error")}:</p>
          <ol class="issues">
            ${issues.map(
              (issue) =>
                html`<li key=${`${issue.line} ${issue.column} ${issue.reason}`}>
                  <button type="button" class="quiet" onClick=${() => show(issue)}>
                    ${issue.line ?? 1}:${issue.column ?? 1}
                  </button>
                  <span>${issue.key !== "" && html`<code>${issue.key}</code>${" "}`}${issue.reason}</span>
                </li>`,
            )}
          </ol>`
      }
    </div>`;
}
