// @ts-check
/**
 * What the last day used, or the one that the address names, a month of it at list prices, and what
 * pre-provisioning for its peak would cost.
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { Command } from "../../parts/command.js";
import { go, route } from "../../route.js";
import { reasonOf, request } from "../../session.js";

/** @typedef {import("@spillway/simulation/cost/cost.ts").CostReport} CostReport */
/**
 * @typedef {{ kind: "reading" } | { kind: "failed", reason: string } | { kind: "read", report: CostReport }}
 * Reading
 */

const reading = signal(/** @type {Reading} */ ({ kind: "reading" }));

const TITLES = {
  requests: "Requests",
  cpuMs: "Processor, ms",
  kvReads: "KV reads",
  kvWrites: "KV writes and deletes",
  kvGigabytes: "KV storage, GB",
  queueOperations: "Queue operations",
  watchRequests: "The watch: requests",
  watchGigabyteSeconds: "The watch: GB-seconds",
};

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const USD = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });

/** @param {string | null} day */
async function read(day) {
  reading.value = { kind: "reading" };
  const query = day === null ? "" : `?${new URLSearchParams({ day })}`;
  const answer = await request("GET", `cost${query}`).catch(() => undefined);
  // Another day may have been asked for meanwhile.
  if (day !== route.value.parameters.get("day")) return;
  if (answer === undefined) {
    reading.value = { kind: "failed", reason: "the origin does not answer" };
    return;
  }
  reading.value =
    answer.status === 200
      ? { kind: "read", report: /** @type {CostReport} */ (answer.body) }
      : { kind: "failed", reason: reasonOf(answer) };
}

export function Costs() {
  const day = route.value.parameters.get("day");
  useEffect(() => void read(day), [day]);
  const state = reading.value;
  return html`<div class="cost">
    ${state.kind === "reading" && html`<h1 class="sentence" aria-busy="true">Adding up…</h1>`}
    ${
      state.kind === "failed" &&
      html`<div role="alert"><h1 class="sentence">The cost cannot be read: ${state.reason}</h1></div>
        <button type="button" onClick=${() => void read(day)}>Try again</button>`
    }
    <${Day} day=${day} />
    ${state.kind === "read" && html`<${Report} report=${state.report} day=${day} />`}
  </div>`;
}

/** @param {{ day: string | null }} props */
function Day({ day }) {
  return html`<p class="moment">
    <label>
      A UTC day
      <input
        type="date"
        value=${day ?? ""}
        onChange=${(/** @type {any} */ { target }) => go("cost", target.value === "" ? {} : { day: target.value })}
      />
    </label>
    <button type="button" disabled=${day === null} onClick=${() => go("cost")}>The last 24 hours</button>
  </p>`;
}

/** @param {{ report: CostReport, day: string | null }} props */
function Report({ report, day }) {
  const when = day === null ? `in the last ${lengthOf(report)}` : `on ${day}`;
  if (report.pages + report.eventPosts === 0)
    return html`<h1 class="sentence">Nothing was measured ${when}.</h1>`;
  const pages = `${counted(report.pages, "page")} ${when}.`;
  const hours = report.extrapolatedFromHours;
  const warning = hours !== null && hours < 1 ? ", which is too short to rely on" : "";
  const short = hours === null ? "" : `, extrapolated from ${lengthOf(report)}${warning}`;
  const inAMonth = `A month of such days costs ${USD.format(report.usd)} at the edge, at list prices${short}.`;
  return html`<h1 class="sentence">${`${pages} ${inAMonth}`}</h1>
    <p>${beside(report)}</p>
    <div class="scrolled" tabindex="0" role="region" aria-label="Cost, line by line">
      <table>
        <caption>
          ${`${report.from.slice(0, 16)}Z to ${report.until.slice(0, 16)}Z, and ${counted(report.days, "day")} like it`}
        </caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">${day ?? "Last day"}</th>
            <th scope="col">Month</th>
            <th scope="col">USD a month</th>
            <th scope="col">How it is known</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">The plan</th>
            <td></td>
            <td></td>
            <td>${USD.format(report.planUsd)}</td>
            <td>list price</td>
          </tr>
          ${report.lines.map(
            ({ what, used, month, usd, basis, from }) =>
              html`<tr key=${what}>
                <th scope="row">${TITLES[what]}</th>
                <td>${figure(used)}</td>
                <td>${figure(month)}</td>
                <td>${USD.format(usd)}</td>
                <td>${basis}: ${from}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      report.callsMissing > 0 &&
      html`<p>
        ${`${counted(report.callsMissing, "call that isolates counted has not arrived, and is", "calls that isolates counted have not arrived, and are")} in no figure.`}
      </p>`
    }
    <${Command} text=${`pnpm spillway cost${day === null ? "" : ` --day ${day}`}`} />`;
}

/** Small ones have a fraction: a stored megabyte is no nothing. @param {number} value */
function figure(value) {
  return COUNT.format(value < 10 ? value : Math.round(value));
}

/** @param {CostReport} report */
function lengthOf({ extrapolatedFromHours: hours }) {
  if (hours === null) return "24 hours";
  return hours < 1 ? counted(Math.max(1, Math.round(60 * hours)), "minute") : counted(hours, "hour");
}

/** @param {CostReport} report */
function beside({ preProvisioning: other }) {
  if (other === null) return "Nothing was over the threshold, so that there is nothing to pre-provision.";
  const { peakPerSec, peakAt, peakInstances, baseInstances, hours, usd } = other;
  return `Pre-provisioning for the worst minute (${peakAt.slice(0, 16)}Z, ${counted(peakPerSec, "page")} a second) would be ${counted(peakInstances, "instance")} in place of ${baseInstances} for ${COUNT.format(hours)} h a day: ${USD.format(usd)} more a month.`;
}
