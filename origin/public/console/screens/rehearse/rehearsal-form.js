// @ts-check
/** What to play, at which threshold, with how many origins. */
/** @import { Known, NumberName } from "./rehearsal-state.js" */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { rehearsalCommand } from "@spillway/simulation/rehearsal/command.ts";
import { Command } from "../../parts/command.js";
import { route } from "../../route.js";
import { may } from "../../session.js";
import { bandAt, bandWith, highestBand } from "../../model/bands.js";
import { opened, rules, start } from "./rehearsal-state.js";
import { show } from "./show.js";

/** @type {Readonly<Record<NumberName, string>>} */
const LABELS = {
  thresholdPerSec: "Threshold T, a second",
  peak: "Peak, in T",
  base: "Before and after, in T",
  originInstances: "Origins, T/m each",
  maxInFlight: "In flight at each origin",
  seed: "Seed",
  locations: "Data centres",
  isolatePerSec: "Requests a second of one isolate",
  deadlineMs: "Deadline, ms",
};
const FIRST = /** @type {const} */ (["thresholdPerSec", "peak", "originInstances", "seed"]);
const FURTHER = /** @type {const} */ (["base", "maxInFlight", "locations", "isolatePerSec", "deadlineMs"]);
const STRATEGIES_PEAK = 10;
/** What has no spike that could be expected. */
const UNEXPECTED = new Set(["origin-down", "day", "strategies"]);

/** @param {{ known: Known }} props */
export function RehearsalForm({ known: { scenarios, limits } }) {
  /** What has been written here, over what the address and the rules say. */
  const written = useSignal(/** @type {Record<string, string>} */ ({}));
  const { parameters } = route.value;
  const id = parameters.get("id");
  // What is opened says itself what it was asked for.
  useEffect(() => void (written.value = {}), [id]);
  const told = (/** @type {string} */ name) => written.value[name] ?? parameters.get(name) ?? undefined;
  const named = told("scenario");
  const scenario = scenarios.some(({ name }) => name === named) && named !== undefined ? named : "kickoff";
  const band = highestBand(rules.value);
  const standard = (/** @type {NumberName} */ name) => {
    if (name === "thresholdPerSec" && band !== undefined) return band.thresholdPerSec;
    if (name === "deadlineMs" && band !== undefined) return band.deadlineMs;
    return name === "peak" && scenario === "strategies" ? STRATEGIES_PEAK : limits[name].value;
  };
  const numberOf = (/** @type {NumberName} */ name) => {
    const text = told(name);
    const value = Number(text?.trim() || Number.NaN);
    return Number.isNaN(value) ? standard(name) : value;
  };
  const numbers = /** @type {Record<NumberName, number>} */ (
    Object.fromEntries(Object.keys(LABELS).map((name) => [name, numberOf(/** @type {NumberName} */ (name))]))
  );
  const viewers = scenario === "day" || scenario === "strategies" ? undefined : told("viewers") || undefined;
  const canBeExpected = !UNEXPECTED.has(scenario);
  const armed = canBeExpected && told("armed") === "true";
  const asked = { scenario, ...numbers, viewers, armed };
  const defaults = /** @type {any} */ ({
    ...Object.fromEntries(Object.entries(limits).map(([name, { value }]) => [name, value])),
    ...(scenario === "strategies" && { peak: STRATEGIES_PEAK }),
  });
  const write =
    (/** @type {string} */ name) =>
    (/** @type {any} */ { target }) =>
      (written.value = { ...written.value, [name]: target.value });
  const choose = (/** @type {string} */ key) => {
    const chosen = bandAt(rules.value, key);
    if (chosen === undefined) return;
    const [thresholdPerSec, deadlineMs] = [String(chosen.thresholdPerSec), String(chosen.deadlineMs)];
    written.value = { ...written.value, thresholdPerSec, deadlineMs };
  };
  const number = (/** @type {NumberName} */ name) =>
    html`<label key=${name}
      >${LABELS[name]}
      <input
        type="number"
        required
        step="any"
        min=${limits[name].least}
        max=${limits[name].most}
        value=${told(name) ?? standard(name)}
        disabled=${scenario === "day" && name !== "seed"}
        onInput=${write(name)}
      />
    </label>`;
  const isRunning = opened.value?.state.kind === "running";
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const started = await start(asked);
    if (started !== undefined) show(started);
  };
  return html`<form class="panel" onSubmit=${submit} aria-label="What to play">
    <div class="fields">
      <label
        >Scenario
        <select value=${scenario} onChange=${write("scenario")}>
          ${scenarios.map(({ name, about }) => html`<option key=${name} value=${name}>${name}: ${about}</option>`)}
        </select>
      </label>
      <${Bands} figures=${numbers} onChoose=${choose} isOff=${scenario === "day"} />
      ${FIRST.map(number)}
      <label class="checked">
        <input
          type="checkbox"
          checked=${armed}
          disabled=${!canBeExpected}
          onChange=${(/** @type {any} */ { target }) => {
            written.value = { ...written.value, armed: String(target.checked) };
          }}
        />
        Expected: isolates are armed
      </label>
    </div>
    <details>
      <summary>Further assumptions</summary>
      <div class="fields">
        ${FURTHER.map(number)}
        <label
          >Who visits
          <input
            type="text"
            maxlength="100"
            placeholder="new=0.3,cookie=0.5,tv=0.2"
            value=${told("viewers") ?? ""}
            disabled=${scenario === "day" || scenario === "strategies"}
            onInput=${write("viewers")}
          />
        </label>
      </div>
    </details>
    <p class="buttons">
      ${
        may("operator")
          ? html`<button type="submit" class="act" disabled=${isRunning}>
              ${isRunning ? "Playing…" : "Rehearse"}
            </button>`
          : html`<span class="hint">An operator may play it here; the command does the same anywhere.</span>`
      }
      <span class="hint"
        >In virtual time, with the admission code that ships, beside the origin's serving and at low
        priority.</span
      >
    </p>
    <${Command} text=${rehearsalCommand(asked, defaults)} />
  </form>`;
}

/** @param {{ figures: Record<NumberName, number>, onChoose: (key: string) => void, isOff: boolean }} props */
function Bands({ figures, onChoose, isOff }) {
  if (rules.value.length === 0) return null;
  const chosen = bandWith(rules.value, figures)?.key ?? "";
  return html`<label
    >Threshold of
    <select
      value=${chosen}
      disabled=${isOff}
      onChange=${(/** @type {any} */ { target }) => onChoose(target.value)}
    >
      ${chosen === "" && html`<option value="">no band: one's own</option>`}
      ${rules.value.map(
        ({ title, bands }, at) =>
          html`<optgroup key=${title} label=${title}>
            ${bands.map(
              ({ name, from, threshold_per_s: threshold }, index) =>
                html`<option key=${name} value=${`${at}.${index}`}>
                  ${name}, from ${from}: ${threshold} a second
                </option>`,
            )}
          </optgroup>`,
      )}
    </select>
  </label>`;
}
