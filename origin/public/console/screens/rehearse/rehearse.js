// @ts-check
/** What would happen at kick-off: a spike in virtual time, against a threshold of one's choice. */
import { useEffect } from "preact/hooks";
import { html } from "htm/preact";
import { addressOf, route } from "../../route.js";
import { may } from "../../session.js";
import { ReportBody } from "../reports/report-view.js";
import { RehearsalForm } from "./rehearsal-form.js";
import { cancel, followRehearsal, known, loadKnown, loadRules, opened, problem } from "./rehearsal-state.js";
import { parametersOf } from "./show.js";

/** @typedef {import("./rehearsal-state.js").Opened} Opened */

export function Rehearse() {
  const id = route.value.parameters.get("id");
  useEffect(() => {
    void loadKnown();
    void loadRules();
  }, []);
  useEffect(() => (id === null ? undefined : followRehearsal(id)), [id]);
  const shown = id !== null && opened.value?.id === id ? opened.value : undefined;
  return html`<div class="reports rehearse">
    <h1 class="sentence" aria-live="polite">${headline(shown)}</h1>
    ${shown !== undefined && html`<${Outcome} shown=${shown} />`}
    <p class="problem" role="alert">${problem.value}</p>
    ${
      known.value === undefined
        ? html`<p role="status">Reading what can be played…</p>`
        : html`<${RehearsalForm} known=${known.value} />`
    }
    ${shown?.view !== undefined && html`<${ReportBody} view=${shown.view} />`}
    <${Last} />
  </div>`;
}

/** @param {Opened | undefined} shown */
function headline(shown) {
  if (shown === undefined) return "What would happen at kick-off?";
  const { state, rehearsal } = shown;
  if (state.kind === "done") return state.sentence;
  if (state.kind === "running") return `Playing ${rehearsal.scenario}…`;
  return state.kind === "cancelled" ? "It was cancelled." : `It failed: ${state.reason}`;
}

/** @param {{ shown: Opened }} props */
function Outcome({ shown: { id, state, view } }) {
  const { done = 0, total = 0 } = (state.kind === "running" && state.progress) || {};
  return html`${
    state.kind === "running" &&
    html`<p class="buttons">
      <progress aria-label="How far it is" ...${total > 0 ? { max: total, value: done } : {}}></progress>
      <span>${total > 0 ? `${Math.floor((100 * done) / total)} %` : "It begins"}</span>
      ${may("operator") && html`<button type="button" onClick=${() => void cancel(id)}>Cancel</button>`}
    </p>`
  }
  ${view !== undefined && html`<p>${view.subtitle}</p>`}`;
}

function Last() {
  const rehearsals = known.value?.rehearsals ?? [];
  if (rehearsals.length === 0) return null;
  return html`<section class="panel" aria-labelledby="last-title">
    <h2 id="last-title">Played since this origin started</h2>
    <div class="scrolled" tabindex="0" role="region" aria-label="Last rehearsals">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">By</th>
            <th scope="col">What</th>
            <th scope="col" class="number">T</th>
            <th scope="col">What came of it</th>
          </tr>
        </thead>
        <tbody>
          ${rehearsals.map(
            ({ id, startedAt, by, rehearsal, state }) =>
              html`<tr key=${id}>
                <th scope="row">
                  <a href=${addressOf("rehearse", { ...parametersOf(rehearsal), id })}
                    ><time datetime=${startedAt}>${startedAt.slice(11, 19)} UTC</time></a
                  >
                </th>
                <td>${by}</td>
                <td>${rehearsal.scenario}</td>
                <td class="number">${rehearsal.thresholdPerSec}</td>
                <td data-outcome=${outcomeOf(state)}>
                  ${state.kind === "done" ? state.sentence : state.kind}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** @param {Opened["state"]} state */
function outcomeOf(state) {
  if (state.kind !== "done" || state.holds === null) return undefined;
  return state.holds ? "kept" : "broken";
}
