// @ts-check
/** Says that the origin does not answer, and what one isolate of the edge knows meanwhile. */
import { html } from "htm/preact";
import { deadOriginSentence } from "@spillway/shared/protocol/now-sentence.ts";
import { isolate } from "../isolate.js";
import { goneMs, now } from "../live.js";

export function Gone() {
  const known = isolate.value;
  const facts = known && { latest: known.latest, routingVersion: known.state.routing.version };
  return html`<section class="gone" aria-label="The origin does not answer">
    <p class="gone-sentence">${deadOriginSentence(goneMs.value, facts)}</p>
    ${known !== undefined && html`<${IsolateFigures} known=${known} />`}
    <p class="hint">
      ${
        now.value === undefined
          ? "This page has no figures of the origin yet."
          : `All else on this page is as of ${new Date(now.value.atMs).toISOString().slice(11, 19)} UTC.`
      }
    </p>
  </section>`;
}

/** @param {{ known: import("../isolate.js").Isolate }} props */
function IsolateFigures({ known: { state } }) {
  const served = Object.entries(state.served).filter(([, count]) => count > 0);
  return html`<h2>This isolate</h2>
    <dl class="facts">
      <div>
        <dt>Isolate</dt>
        <dd>${state.isolate.slice(0, 9)}</dd>
      </div>
      <div>
        <dt>Obeys</dt>
        <dd>routing ${state.routing.version}, ${state.routing.mode}</dd>
      </div>
      <div>
        <dt>Pages of</dt>
        <dd>${state.generation === null ? "none" : `generation ${state.generation}`}</dd>
      </div>
      <div>
        <dt>Served since it began</dt>
        <dd>
          ${served.length === 0 ? "nothing" : served.map(([rung, count]) => `${count} ${rung}`).join(", ")}
        </dd>
      </div>
    </dl>`;
}
