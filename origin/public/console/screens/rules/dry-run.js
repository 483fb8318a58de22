// @ts-check
/** What the written rules would change, by recorded traffic. Nobody obeys them meanwhile. */
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { fromField, isoOf } from "../../model/moments.js";
import { Command } from "../../parts/command.js";
import { reasonOf, request } from "../../session.js";

/** @typedef {{ share: number, low: number, high: number }} Share */

/** It reads all of the sample. */
const DEADLINE_MS = 120_000;
const SHOWN_FLOWS = 12;

/**
 * @param {{ text: string, isValid: boolean, at: string, isAsked: boolean,
 *   onRun: (at: string) => void }} props
 *   `at` is the time that the address names, `isAsked` whether it asks for a run.
 */
export function DryRun({ text, isValid, at: given, isAsked, onRun }) {
  const at = useSignal(given);
  const result = useSignal(/** @type {any} */ (undefined));
  const tried = useSignal("");
  const problem = useSignal("");
  const isBusy = useSignal(false);
  const run = async () => {
    isBusy.value = true;
    problem.value = "";
    try {
      const query = new URLSearchParams({ file: "routing.toml", ...(at.value !== "" && { at: at.value }) });
      const reply = await request("POST", `routing/try?${query}`, {
        body: text,
        type: "application/toml",
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      result.value = reply.ok ? reply.body : undefined;
      tried.value = text;
      problem.value = reply.ok ? "" : reasonOf(reply);
    } catch {
      problem.value = "The origin does not answer; the dry run may have taken too long.";
    }
    isBusy.value = false;
  };
  useEffect(() => void (at.value = given), [given]);
  const isRun = useRef(false);
  useEffect(() => {
    if (!isAsked || !isValid || isRun.current || text === "") return;
    isRun.current = true;
    void run();
  }, [isAsked, isValid, text]);
  return html`<p class="buttons">
      <button
        type="button"
        disabled=${!isValid || isBusy.value}
        onClick=${() => {
          isRun.current = true;
          onRun(at.value);
          void run();
        }}
      >
        ${isBusy.value ? "Replaying recorded traffic…" : "Dry run"}
      </button>
      <label>
        As if it were, UTC
        <input
          type="datetime-local"
          value=${at.value.slice(0, 16)}
          onInput=${(/** @type {any} */ { target }) => {
            const ms = fromField(target.value);
            at.value = ms === undefined ? "" : isoOf(ms);
          }}
        />
      </label>
      <span class="hint">Empty: each request at its own time.</span>
    </p>
    <${Command}
      text=${`pnpm spillway routing try routing.toml${at.value === "" ? "" : ` --at ${at.value}`}`}
    />
    <p class="problem" role="alert">${problem.value}</p>
    <div role="status">
      ${result.value !== undefined && html`<${Result} result=${result.value} isOld=${tried.value !== text} />`}
    </div>`;
}

/** @param {{ result: any, isOld: boolean }} props */
function Result({ result: { sentence, flows, rules, cannotTell }, isOld }) {
  return html`${isOld && html`<p class="hint">The text has changed since.</p>`}
    <p class="found">${sentence}</p>
    ${
      flows.length > 0 &&
      html`<div class="scrolled" tabindex="0" role="region" aria-label="What changes">
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col" class="number">Share</th>
              <th scope="col" class="number">95 % interval</th>
            </tr>
          </thead>
          <tbody>
            ${flows.slice(0, SHOWN_FLOWS).map(
              (/** @type {any} */ flow) =>
                html`<tr key=${`${flow.from} ${flow.to}`}>
                  <td>${flow.from}</td>
                  <td>${flow.to}</td>
                  <td class="number">${percent(flow.share)}</td>
                  <td class="number">${percent(flow.low)} to ${percent(flow.high)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }
    ${
      rules.after.length > 0 &&
      html`<ul class="versions">
        ${rules.after.map(
          (/** @type {any} */ rule) =>
            html`<li key=${rule.name}>
              <span><b>${rule.name}</b>: ${rule.status === "hit" ? percent(rule.share) : said(rule)}</span>
            </li>`,
        )}
      </ul>`
    }
    ${cannotTell.length > 0 && html`<p class="hint">The sample cannot tell all of it: see the command's report.</p>`}`;
}

/** @param {{ status: string, takenBy: readonly { name: string }[] }} rule */
function said({ status, takenBy }) {
  if (status === "shadowed") return `never decides: ${takenBy.map(({ name }) => name).join(", ")} come first`;
  return status === "never-hit" ? "matches nothing in the sample" : status.replaceAll("-", " ");
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;
}
