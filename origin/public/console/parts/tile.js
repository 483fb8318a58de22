// @ts-check
/** One figure, with its name and its age. */
import { html } from "htm/preact";
import { duration } from "@spillway/shared/protocol/now-sentence.ts";

/**
 * @param {{ title: string, value: any, detail?: any, ageMs?: number | undefined,
 *   tone?: "good" | "warn" | "bad" | undefined }} props
 *   `ageMs` of 0 to 2 s is "live"; undefined: it is never of any age.
 */
export function Tile({ title, value, detail, ageMs, tone }) {
  return html`<div class="tile" data-tone=${tone}>
    <dt>${title}</dt>
    <dd>
      <span class="value">${value}</span>
      ${detail !== undefined && html`<span class="detail">${detail}</span>`}
      ${
        ageMs !== undefined &&
        html`<span class="age">${ageMs < 2500 ? "live" : `${duration(ageMs)} ago`}</span>`
      }
    </dd>
  </div>`;
}
