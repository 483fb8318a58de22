// @ts-check
/** The whole set as JSON: checked as it is typed, put at once or as a draft. */
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";
import { may, reasonOf, request } from "../../session.js";
import { quoted } from "../../model/quoted.js";
import { bare, load, reachText } from "./facts.js";

/** @import { Conflict, Facts, Pin, Reach } from "./facts.js" */
/**
 * @typedef {{ conflicts: readonly Conflict[], reach: Record<string, Reach>, difference: { added: readonly
 * Pin[], removed: readonly Pin[], changed: readonly { before: Pin, after: Pin }[], isReordered: boolean } }}
 * Checked
 */

/** @param {{ facts: Facts }} props */
export function PinsEditor({ facts }) {
  /** @type {import("@preact/signals").Signal<{ text: string, version: number } | undefined>} */
  const edited = useSignal(/** @type {{ text: string, version: number } | undefined} */ (undefined));
  const note = useSignal("");
  const start = useSignal("");
  const problem = useSignal("");
  const done = useSignal("");
  /** @type {import("@preact/signals").Signal<Checked | undefined>} */
  const checked = useSignal(/** @type {Checked | undefined} */ (undefined));
  const text = edited.value?.text ?? JSON.stringify({ pins: bare(facts.pins) }, null, 2);

  /** @param {string} method @param {string} path @param {object} [more] */
  const send = async (method, path, more = {}) => {
    done.value = "";
    try {
      const reply = await request(method, path, { body: { ...JSON.parse(text), ...more } });
      problem.value = reply.ok ? "" : reasonOf(reply);
      return reply.ok ? reply.body : undefined;
    } catch (error) {
      problem.value =
        error instanceof SyntaxError
          ? `This is not JSON: ${error.message}`
          : "The origin does not answer; nothing was changed, as far as is known.";
      return undefined;
    }
  };
  const check = async () => void (checked.value = await send("POST", "editorial/pins/check"));
  const put = async () => {
    const isDraft = start.value !== "";
    const why = note.value.trim() === "" ? "" : `note=${encodeURIComponent(note.value.trim())}`;
    const expect = `expect=${edited.value?.version ?? facts.version}`;
    const answer = isDraft
      ? await send("POST", `editorial/drafts?${why}`, { start: `${start.value}Z` })
      : await send("PUT", `editorial/pins?${[expect, why].filter((part) => part !== "").join("&")}`);
    if (answer === undefined) return;
    done.value = isDraft ? `Draft ${answer.id} waits.` : `Version ${answer.version} is in force.`;
    edited.value = undefined;
    checked.value = undefined;
    note.value = "";
    start.value = "";
    await load();
  };
  return html`<section class="panel" aria-labelledby="set-title">
    <h2 id="set-title">The set</h2>
    <label for="pins-text" class="hint">All pins, as JSON. The order decides who comes first.</label>
    <textarea
      id="pins-text"
      rows="12"
      spellcheck=${false}
      value=${text}
      readonly=${!may("editor")}
      onInput=${(/** @type {any} */ { target }) => {
        edited.value = { text: target.value, version: edited.value?.version ?? facts.version };
        checked.value = undefined;
      }}
    ></textarea>
    <p class="problem" role="alert">${problem.value}</p>
    <p role="status">${done.value}</p>
    ${checked.value !== undefined && html`<${Difference} checked=${checked.value} />`}
    <div class="fields">
      <button type="button" onClick=${() => void check()}>Check</button>
      ${
        may("editor") &&
        html`<label>
            Why
            <input
              value=${note.value}
              maxlength="500"
              onInput=${(/** @type {any} */ { target }) => (note.value = target.value)}
            />
          </label>
          <label>
            Start, UTC (empty: at once)
            <input
              type="datetime-local"
              value=${start.value}
              onInput=${(/** @type {any} */ { target }) => (start.value = target.value)}
            />
          </label>
          <button type="button" class="act" onClick=${() => void put()}>
            ${start.value === "" ? "Put now" : "Store the draft"}
          </button>`
      }
    </div>
    <${Command} text=${commandOf(start.value, note.value)} />
  </section>`;
}

/** @param {{ checked: Checked }} props */
function Difference({ checked: { conflicts, reach, difference } }) {
  const { added, removed, changed, isReordered } = difference;
  const lines = [
    ...added.map(({ id }) => `+ ${id}, reach ${reachText(reach[id])}`),
    ...removed.map(({ id }) => `− ${id}`),
    ...changed.map(({ after: { id } }) => `~ ${id}, reach ${reachText(reach[id])}`),
    ...(isReordered ? ["The order has changed."] : []),
  ];
  return html`<div role="status">
    ${
      lines.length === 0
        ? html`<p>No pin differs from what is in force.</p>`
        : html`<ul>
            ${lines.map((line) => html`<li key=${line}>${line}</li>`)}
          </ul>`
    }
    ${
      conflicts.length > 0 &&
      html`<ul>
        ${conflicts.map(({ kind, reason }) => html`<li key=${reason}><b>${kind}</b>: ${reason}</li>`)}
      </ul>`
    }
  </div>`;
}

/** @param {string} start @param {string} note */
function commandOf(start, note) {
  const at = start === "" ? "" : ` --at ${start}Z`;
  const why = note.trim() === "" ? "" : ` --note ${quoted(note.trim())}`;
  return `pnpm spillway pins put pins.json${at}${why}`;
}
