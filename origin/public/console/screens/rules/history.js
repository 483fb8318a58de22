// @ts-check
/** What was pushed before: each version can be looked at, and pushed again. */
import { html } from "htm/preact";

/** @typedef {{ version: number, pushedAt: string, note?: string, by?: string }} Version */

/**
 * @param {{ versions: readonly Version[], current: number, canRevert: boolean,
 *   onOpen: (version: number) => void, onRevert: (version: number) => void }} props
 */
export function History({ versions, current, canRevert, onOpen, onRevert }) {
  return html`<section class="panel" aria-labelledby="history-title">
    <h2 id="history-title">History</h2>
    <ol class="versions">
      ${versions.map(
        ({ version, pushedAt, note, by }) =>
          html`<li key=${version}>
            <span>
              <b>${version}</b>${" "}
              <time datetime=${pushedAt}>${pushedAt.slice(0, 16).replace("T", " ")} UTC</time>
              ${by !== undefined && html` ${by}`} ${note !== undefined && html`<q>${note}</q>`}
            </span>
            <span class="buttons">
              <button
                type="button"
                class="quiet"
                aria-label=${`Open version ${version} in the editor`}
                onClick=${() => onOpen(version)}
              >
                Open
              </button>
              ${
                canRevert &&
                version !== current &&
                html`<button
                  type="button"
                  aria-label=${`Revert to version ${version}`}
                  onClick=${() => onRevert(version)}
                >
                  Revert
                </button>`
              }
            </span>
          </li>`,
      )}
    </ol>
  </section>`;
}
