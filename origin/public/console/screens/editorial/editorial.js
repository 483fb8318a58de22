// @ts-check
/** The editorial screen: what is pinned when, what is wrong with it, what waits, and how it would look. */
import { useEffect } from "preact/hooks";
import { html } from "htm/preact";
import { Calendar } from "./calendar.js";
import { Drafts } from "./drafts.js";
import { editorial, load, problem } from "./facts.js";
import { Preview } from "./preview.js";
import { PinsEditor } from "./pins-editor.js";

const LOOK_EVERY_MS = 15_000;

export function Editorial() {
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const facts = editorial.value;
  return html`<div class="editorial">
    <h1>Editorial</h1>
    <p class="problem" role="alert">${problem.value}</p>
    ${
      facts !== undefined &&
      html`<p class="hint">
          Version ${facts.version}. Times are by the content's clock, which says
          <time datetime=${facts.now}> ${facts.now.slice(0, 16).replace("T", " ")} UTC</time>.
        </p>
        <${Calendar} facts=${facts} />
        <${Conflicts} conflicts=${facts.conflicts} />
        <div class="columns">
          <${Preview} facts=${facts} />
          <${Drafts} drafts=${facts.drafts} />
        </div>
        <${PinsEditor} facts=${facts} />`
    }
  </div>`;
}

/** @param {{ conflicts: readonly import("./facts.js").Conflict[] }} props */
export function Conflicts({ conflicts }) {
  return html`<section class="panel" aria-labelledby="conflicts-title">
    <h2 id="conflicts-title">Conflicts</h2>
    ${
      conflicts.length === 0
        ? html`<p class="hint">No two pins are in each other's place, and every item may be shown.</p>`
        : html`<ul>
            ${conflicts.map(({ kind, reason }) => html`<li key=${reason}><b>${kind}</b>: ${reason}</li>`)}
          </ul>`
    }
  </section>`;
}
