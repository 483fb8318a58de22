// @ts-check
/** What was served to whom, who called, and what visitors did, of chosen days. */
/** @import { MadeReport } from "@spillway/origin/reports/messages.ts" */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";
import { useKeys } from "../../parts/keys.js";
import { addressOf, go, route } from "../../route.js";
import { ROOT } from "../../session.js";
import { askReport } from "./ask-report.js";
import { ReportBody } from "./report-view.js";

/** @typedef {Readonly<Record<string, string>>} Asked */
/**
 * @typedef {{ kind: "nothing" } | { kind: "asked" } | { kind: "cancelled" } | import("./ask-report.js").Progress
 *   | import("./ask-report.js").Answer} State
 */

const TITLES = {
  coverage: "Coverage: who got what",
  traffic: "Traffic: scrapers, tests and bursts",
  engagement: "Engagement: what visitors do",
};
const DAYS = ["1", "7", "14", "30", "60", "90"];

/** They outlive the screen: a long report is made while somebody looks at another one. */
const state = signal(/** @type {State} */ ({ kind: "nothing" }));
/** What the state is of. */
let askedKey = "";
let asking = new AbortController();

/** As the address says. @returns {Asked} */
function askedNow() {
  const { parameters } = route.value;
  const report = parameters.get("report") ?? "coverage";
  const given = ["day", "days"].flatMap((name) => {
    const value = parameters.get(name);
    return value === null || (name === "days" && report === "coverage") ? [] : [[name, value]];
  });
  return { report, ...Object.fromEntries(given) };
}

/** @param {Asked} asked @param {boolean} [isFresh] */
async function ask(asked, isFresh = false) {
  asking.abort();
  const mine = (asking = new AbortController());
  askedKey = JSON.stringify(asked);
  state.value = { kind: "asked" };
  try {
    const answer = await askReport(
      isFresh ? { ...asked, fresh: "1" } : asked,
      (progress) => {
        if (mine === asking) state.value = progress;
      },
      mine.signal,
    );
    if (mine !== asking) return;
    if (answer.kind === "done" && asked["day"] === undefined) nameDay(asked, answer.report.day);
    state.value = answer;
  } catch {
    // It was cancelled, or something else was asked for.
  }
}

/** The origin has chosen the day: from now on the address says it. @param {Asked} asked @param {string} day */
function nameDay(asked, day) {
  const named = { ...asked, day };
  askedKey = JSON.stringify({ report: asked["report"], day, ...(asked["days"] && { days: asked["days"] }) });
  if (route.value.screen === "reports") location.replace(addressOf("reports", named));
}

function cancel() {
  asking.abort();
  state.value = { kind: "cancelled" };
}

/** @param {string} day @param {number} by */
function shifted(day, by) {
  const ms = Date.parse(`${day}T00:00Z`) + by * 86_400_000;
  return Number.isNaN(ms) ? day : new Date(ms).toISOString().slice(0, 10);
}

export function Reports() {
  const asked = askedNow();
  const key = JSON.stringify(asked);
  useEffect(() => {
    if (key !== askedKey) void ask(asked);
  }, [key]);
  const { day } = asked;
  useKeys(
    () =>
      day === undefined
        ? {}
        : {
            ",": () => go("reports", { ...asked, day: shifted(day, -1) }),
            ".": () => go("reports", { ...asked, day: shifted(day, 1) }),
          },
    [key],
  );
  return html`<div class="reports">
    <${Choice} asked=${asked} />
    <${Shown} asked=${asked} state=${state.value} />
  </div>`;
}

/** @param {{ asked: Asked }} props */
function Choice({ asked }) {
  const { report = "coverage", day = "", days } = asked;
  const change = (/** @type {Asked} */ changed) => go("reports", { ...asked, ...changed });
  return html`<nav class="choices" aria-label="Reports">
      ${Object.entries(TITLES).map(
        ([id, title]) =>
          html`<a
            key=${id}
            href=${addressOf("reports", { report: id, ...(day !== "" && { day }) })}
            aria-current=${id === report ? "true" : undefined}
            >${title}</a
          >`,
      )}
    </nav>
    <div class="fields">
      <button
        type="button"
        aria-keyshortcuts=","
        disabled=${day === ""}
        onClick=${() => change({ day: shifted(day, -1) })}
      >
        Day before <kbd aria-hidden="true">,</kbd>
      </button>
      <label
        >${report === "coverage" ? "Day" : "Last day"}
        <input
          type="date"
          value=${day}
          min="2000-01-01"
          max="2999-12-31"
          onChange=${(/** @type {any} */ { target }) => {
            if (target.value !== "") change({ day: target.value });
          }}
        />
      </label>
      <button
        type="button"
        aria-keyshortcuts="."
        disabled=${day === ""}
        onClick=${() => change({ day: shifted(day, 1) })}
      >
        Day after <kbd aria-hidden="true">.</kbd>
      </button>
      ${
        report !== "coverage" &&
        html`<label
          >Days
          <select
            value=${days ?? (report === "traffic" ? "30" : "7")}
            onChange=${(/** @type {any} */ { target }) => change({ days: target.value })}
          >
            ${[...new Set([...DAYS, ...(days === undefined ? [] : [days])])].map(
              (count) => html`<option key=${count} value=${count}>${count}</option>`,
            )}
          </select>
        </label>`
      }
    </div>`;
}

/** @param {{ asked: Asked, state: State }} props */
function Shown({ asked, state: { kind, ...more } }) {
  const { done, total, reason, report } = /** @type {any} */ (more);
  if (kind === "done") return html`<${Made} made=${report} asked=${asked} />`;
  if (kind === "failed" || kind === "cancelled" || kind === "nothing")
    return html`<h1 class="sentence">
        <span role="alert">
          ${kind === "failed" ? reason : kind === "cancelled" ? "It was cancelled." : "Nothing is asked for."}
        </span>
      </h1>
      <button type="button" class="act" onClick=${() => void ask(asked)}>Try again</button>`;
  const what = TITLES[/** @type {keyof typeof TITLES} */ (asked["report"])]?.split(":")[0] ?? "the report";
  return html`<h1 class="sentence">
      <span role="status" aria-busy="true">
        ${
          kind === "waiting"
            ? "Another report is made first…"
            : `${kind === "asked" ? "Asking for" : "Computing"} ${what.toLowerCase()}${asked["day"] === undefined ? "" : ` of ${asked["day"]}`}…`
        }
      </span>
    </h1>
    ${
      total > 0 &&
      html`<p>
        <progress aria-label="Days of the log" max=${total} value=${done}></progress>
        ${` ${done} of ${counted(total, "day")} of the log`}
      </p>`
    }
    <p class="hint">It is made beside the origin's serving, at low priority.</p>
    <button type="button" onClick=${cancel}>Cancel</button>`;
}

/** @param {{ made: MadeReport, asked: Asked }} props */
function Made({ made, asked }) {
  const { view, command, isEmpty, isOver, recorded, day, timeZone } = made;
  if (view === undefined) return null;
  const query = new URLSearchParams({ ...asked, day, format: "html" });
  return html`<h1 class="sentence">${view.title}</h1>
    <p>${view.subtitle}</p>
    <${Command} text=${command} />
    <p class="buttons">
      <a class="button" href=${new URL(`reports?${query}`, ROOT).href} download>Download as one HTML file</a>
      <button type="button" onClick=${() => void ask({ ...asked, day }, true)}>Compute again</button>
      <span class="hint">
        ${isOver ? "The day is over." : `The day goes on in ${timeZone}: the figures still change.`} Computed
        ${" "}<time datetime=${made.made}>${made.made.slice(0, 16).replace("T", " ")} UTC</time>.
      </span>
    </p>
    ${isEmpty ? html`<${Nothing} asked=${asked} recorded=${recorded} />` : html`<${ReportBody} view=${view} />`}`;
}

/** @param {{ asked: Asked, recorded: MadeReport["recorded"] }} props */
function Nothing({ asked, recorded }) {
  const link = (/** @type {string} */ day) =>
    html`<a href=${addressOf("reports", { ...asked, day })}>${day}</a>`;
  const isOfEvents = asked["report"] === "engagement";
  return html`<p class="panel">
    Nothing was recorded in that time.${" "}
    ${
      recorded === null
        ? isOfEvents
          ? "No events have been added up yet."
          : "The serving log is empty: isolates report every ten seconds."
        : html`There is something from ${link(recorded.first)} to ${link(recorded.last)}.`
    }
    ${isOfEvents && html`${" "}Each refresh cycle adds up the events: <code>pnpm spillway publish</code>.`}
  </p>`;
}
