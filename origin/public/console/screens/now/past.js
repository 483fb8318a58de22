// @ts-check
/** A moment that has passed: the state of then, clearly marked, and ways to others and back to now. */
/** @import { NowState } from "@spillway/shared/protocol/now-state.ts" */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { clockTime } from "../../model/figures.js";
import { fromField, isoOf, utcText } from "../../model/moments.js";
import { Command } from "../../parts/command.js";
import { useKeys } from "../../parts/keys.js";
import { go, route } from "../../route.js";
import { reasonOf, request } from "../../session.js";
import { MomentLink } from "./moment-link.js";
import { StateView } from "./state-view.js";

/**
 * @typedef {{ kind: "reading" } | { kind: "refused", reason: string } | { kind: "read",
 *   state: NowState }} Reading
 */

const MINUTE_MS = 60_000;
const STEPS = [
  [-15, "15 min earlier"],
  [-1, "A minute earlier", ","],
  [1, "A minute later", "."],
  [15, "15 min later"],
];

/** @param {{ until: string }} props As it stands in the address. */
export function Past({ until }) {
  const reading = useSignal(/** @type {Reading} */ ({ kind: "reading" }));
  const givenMs = Date.parse(until);
  useEffect(() => {
    let isWanted = true;
    reading.value = { kind: "reading" };
    void read(until).then((answer) => {
      if (isWanted) reading.value = answer;
    });
    return () => (isWanted = false);
  }, [until]);
  useKeys(() => ({ l: live, ",": () => step(shownMs(), -1), ".": () => step(shownMs(), 1) }));
  useEffect(() => {
    const title = document.title;
    document.title = `${until} · Spillway console`;
    return () => (document.title = title);
  }, [until]);
  const { value } = reading;
  return html`<div class="now" data-past="">
    <${Banner} givenMs=${givenMs} atMs=${value.kind === "read" ? value.state.atMs : undefined} />
    ${
      value.kind === "reading" && html`<h1 class="sentence" aria-busy="true">Reading what happened then…</h1>`
    }
    ${value.kind === "refused" && html`<div role="alert"><h1 class="sentence">${value.reason}</h1></div>`}
    ${
      value.kind === "read" &&
      html`<h1 class="sentence">${value.state.sentence}</h1>
        <${StateView} state=${value.state} isPast=${true} />
        <${Command} text=${`pnpm spillway status --until ${isoOf(value.state.atMs)}`} />`
    }
  </div>`;
}

/** @param {{ givenMs: number, atMs: number | undefined }} props */
function Banner({ givenMs, atMs }) {
  const ms = atMs ?? givenMs;
  const isTime = !Number.isNaN(ms);
  const isAhead = ms > Date.now();
  return html`<section class="past" aria-label="The time that is shown">
    <p class="past-time" role="status">
      ${
        isTime
          ? html`<strong>${isAhead ? "This is the future:" : "This is the past:"}</strong>${" "}
              <time datetime=${isoOf(ms)}>${utcText(ms)}</time>${
                isAhead ? "" : ` (${clockTime(ms)} by your clock)`
              }`
          : html`<strong>This address names no time.</strong>`
      }
    </p>
    <div class="moment">
      ${STEPS.map(
        ([minutes, text, key]) =>
          html`<button
            key=${text}
            type="button"
            class="quiet"
            disabled=${!isTime}
            aria-keyshortcuts=${key}
            onClick=${() => step(ms, Number(minutes))}
          >
            ${text}
          </button>`,
      )}
      <label>
        At, UTC
        <input
          type="datetime-local"
          step="1"
          value=${isTime ? isoOf(ms).slice(0, 19) : ""}
          onChange=${(/** @type {any} */ { target }) => {
            const chosen = fromField(target.value);
            if (chosen !== undefined) go("now", { until: isoOf(chosen) });
          }}
        />
      </label>
      <button type="button" class="act" aria-keyshortcuts="l" onClick=${live}>Back to live</button>
      ${isTime && html`<${MomentLink} key=${ms} atMs=${ms} />`}
    </div>
  </section>`;
}

function live() {
  go("now");
}

/** The instant that the address names at this moment. */
function shownMs() {
  return Date.parse(route.value.parameters.get("until") ?? "");
}

/** What lies ahead is the present. @param {number} fromMs @param {number} minutes */
function step(fromMs, minutes) {
  if (Number.isNaN(fromMs)) return;
  const toMs = fromMs + minutes * MINUTE_MS;
  if (toMs >= Date.now()) live();
  else go("now", { until: isoOf(toMs) });
}

/** @param {string} until @returns {Promise<Reading>} */
async function read(until) {
  try {
    const reply = await request("GET", `now?${new URLSearchParams({ until })}`);
    return reply.ok
      ? { kind: "read", state: reply.body }
      : { kind: "refused", reason: `${reasonOf(reply).replace(/^until /, "The time ")}.` };
  } catch {
    return { kind: "refused", reason: "The origin does not answer, and it alone knows what happened then." };
  }
}
