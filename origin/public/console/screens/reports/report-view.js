// @ts-check
/** A report as the origin tells it: figures, tables, and pictures of what its charts show. */
/** @import { ReportBars, ReportChart, ReportView } from "@spillway/kit/charts/report-view.ts" */
import { useMemo } from "preact/hooks";
import { html } from "htm/preact";
import { Chart } from "../../parts/chart.js";
import { scheme } from "../../theme.js";
import { columnsOf, optionsOf, summaryOf } from "./chart-options.js";

const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 2 });
const BAR = { width: 100, height: 12 };

/** @param {{ view: ReportView }} props */
export function ReportBody({ view: { facts, sections, footer } }) {
  return html`<dl class="tiles">
      ${facts.map(
        ({ label, value, note, ok }) =>
          html`<div key=${label} class="tile" data-tone=${ok === undefined ? undefined : ok ? "good" : "bad"}>
            <dt>${label}</dt>
            <dd>
              <span class="value">${value}</span>
              ${(note !== undefined || ok !== undefined) && html`<span class="detail">${remark(ok, note)}</span>`}
            </dd>
          </div>`,
      )}
    </dl>
    ${sections.map(
      ({ heading, text, chart, bars, table }) =>
        html`<section key=${heading} class="panel" aria-label=${heading}>
          <h2>${heading}</h2>
          ${text !== undefined && html`<p>${text}</p>`}
          ${chart !== undefined && html`<${Picture} chart=${chart} heading=${heading} />`}
          ${bars !== undefined && html`<${Bars} bars=${bars} />`}
          ${table !== undefined && html`<${Table} table=${table} name=${heading} />`}
        </section>`,
    )}
    <p class="hint said">${footer}</p>`;
}

/** @param {boolean | undefined} ok @param {string | undefined} note */
function remark(ok, note) {
  const verdict = ok === undefined ? [] : [ok ? "kept" : "BROKEN"];
  return [...verdict, ...(note === undefined ? [] : [note])].join(", ");
}

/** @param {{ chart: ReportChart, heading: string }} props */
function Picture({ chart, heading }) {
  const data = useMemo(() => columnsOf(chart), [chart]);
  const { title, yLabel } = chart;
  return html`<${Chart}
    title=${title === heading ? yLabel : `${title}, ${yLabel}`}
    summary=${summaryOf(chart)}
    height=${260}
    look=${`${scheme.value} ${title}`}
    data=${data}
    optionsOf=${() => optionsOf(chart)}
  />`;
}

/** @param {{ bars: ReportBars }} props */
function Bars({ bars: { title, bars } }) {
  const most = Math.max(...bars.map(({ high }) => high), 1e-9);
  const along = (/** @type {number} */ share) => (BAR.width * share) / most;
  return html`<figure class="bars">
    <figcaption>${title}, with 95 % intervals</figcaption>
    ${bars.map(
      ({ name, share, low, high }) =>
        html`<div key=${name}>
          <span>${name}</span>
          <svg viewBox=${`0 0 ${BAR.width} ${BAR.height}`} preserveAspectRatio="none" aria-hidden="true">
            <rect class="bar" width=${along(share)} height=${BAR.height} />
            <rect class="whisker" x=${along(low)} y="5" width=${along(high) - along(low)} height="2" />
          </svg>
          <b>${PERCENT.format(share)}</b>
        </div>`,
    )}
  </figure>`;
}

/** @param {{ table: NonNullable<ReportView["sections"][number]["table"]>, name: string }} props */
function Table({ table: { head, rows, align = [], note }, name }) {
  const look = (/** @type {number} */ column) => (align[column] === "right" ? "number" : undefined);
  return html`<div class="scrolled" tabindex="0" role="region" aria-label=${`${name}: table`}>
      <table>
        <thead>
          <tr>
            ${head.map((title, at) =>
              title === ""
                ? html`<td key=${at}></td>`
                : html`<th key=${at} scope="col" class=${look(at)}>${title}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells, row) =>
              html`<tr key=${row}>
                ${cells.map((cell, at) =>
                  at === 0 && cell !== ""
                    ? html`<th key=${at} scope="row">${cell}</th>`
                    : html`<td key=${at} class=${look(at)}>${cell}</td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${note !== undefined && html`<p class="hint said">${note}</p>`}`;
}
