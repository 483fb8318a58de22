// @ts-check
/** Seven days of pins and drafts, a line for each. The first day stands in the address. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { html } from "htm/preact";
import { addressOf, route } from "../../route.js";
import { audienceOf, reachText } from "./facts.js";

/** @import { Facts, Pin } from "./facts.js" */

const DAY_MS = 86_400_000;
const DAYS = 7;

/** @param {{ facts: Facts }} props */
export function Calendar({ facts }) {
  const fromMs = firstDay(route.value.parameters.get("from"), Date.parse(facts.now));
  const given = route.value.parameters.get("from");
  const isWrong = given !== null && Number.isNaN(Date.parse(`${given}T00:00:00Z`));
  const days = Array.from({ length: DAYS }, (_, at) => fromMs + at * DAY_MS);
  const inConflict = new Set(facts.conflicts.flatMap(({ pins }) => pins));
  const waiting = facts.drafts.filter(({ state }) => state === "waiting");
  return html`<section class="panel" aria-labelledby="calendar-title">
    <h2 id="calendar-title">Pins</h2>
    <nav class="days" aria-label="Week">
      <a href=${weekOf(fromMs - DAYS * DAY_MS)}>Earlier</a>
      <a href=${addressTo(null)}>Today</a>
      <a href=${weekOf(fromMs + DAYS * DAY_MS)}>Later</a>
    </nav>
    ${isWrong && html`<p class="problem" role="alert">“${given}” in the address is no day such as 2026-07-10: this is today's week.</p>`}
    ${facts.pins.length === 0 && html`<p class="hint">There are no pins.</p>`}
    <div class="scrolled" tabindex="0" role="region" aria-label="Calendar">
      <table class="calendar">
        <thead>
          <tr>
            <th scope="col">Pin</th>
            <th scope="col">For</th>
            <th scope="col">Reach</th>
            <th scope="col" class="week">
              <span class="week-days">
                ${days.map((ms) => html`<span key=${ms}>${dayName(ms)}</span>`)}
              </span>
            </th>
          </tr>
        </thead>
        <tbody>
          ${facts.pins.map(
            (pin) =>
              html`<tr key=${pin.id}>
                <th scope="row">
                  ${pin.id} ${inConflict.has(pin.id) && html`<span class="flag">conflict</span>`}
                  <small>${pin.title ?? "leads the first carousel"}, ${pin.contexts.join(", ")}</small>
                </th>
                <td>${audienceOf(pin)}</td>
                <td>${reachText(facts.reach[pin.id])}</td>
                <td class="week"><${Bar} pin=${pin} fromMs=${fromMs} /></td>
              </tr>`,
          )}
          ${waiting.map(
            ({ id, start, by, pins }) =>
              html`<tr key=${`draft ${id}`}>
                <th scope="row">draft ${id} <small>${counted(pins.length, "pin")}, by ${by}</small></th>
                <td></td>
                <td></td>
                <td class="week">
                  <${Bar}
                    pin=${{ id: `draft ${id}`, contexts: [], items: [], from: start, state: "draft" }}
                    fromMs=${fromMs}
                  />
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** A pin's time within the week. @param {{ pin: Pin, fromMs: number }} props */
function Bar({ pin, fromMs }) {
  const share = (/** @type {string | undefined} */ time, /** @type {number} */ otherwise) =>
    time === undefined ? otherwise : Math.min(1, Math.max(0, (Date.parse(time) - fromMs) / (DAYS * DAY_MS)));
  const [begin, end] = [share(pin.from, 0), share(pin.until, 1)];
  const text = `${pin.state ?? ""}: ${pin.from ?? "always"} – ${pin.until ?? "open"}`;
  return html`<span class="pin-place">
    <span class="unseen">${text}</span>
    ${
      end > begin &&
      html`<span
        class=${`pin-bar ${pin.state ?? ""}`}
        title=${text}
        style=${{ left: `${100 * begin}%`, width: `${100 * (end - begin)}%` }}
      ></span>`
    }
  </span>`;
}

/** Midnight, UTC. @param {string | null} text @param {number} nowMs */
function firstDay(text, nowMs) {
  const given = text === null ? NaN : Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(given) ? Math.floor(nowMs / DAY_MS) * DAY_MS : given;
}

/** @param {number} ms */
function weekOf(ms) {
  return addressTo(new Date(ms).toISOString().slice(0, 10));
}

/** Without changing what else the address names. @param {string | null} from */
function addressTo(from) {
  const { from: _, ...others } = Object.fromEntries(route.value.parameters);
  return addressOf("editorial", { ...others, ...(from !== null && { from }) });
}

/** @param {number} ms */
function dayName(ms) {
  return new Date(ms).toLocaleDateString([], { weekday: "short", day: "numeric", timeZone: "UTC" });
}
