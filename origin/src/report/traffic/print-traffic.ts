/** The traffic report for the terminal, and as one HTML file. */
import { lineChart } from "@spillway/report/charts.ts";
import { htmlReport } from "@spillway/report/html.ts";
import { formatCount, formatShare, textTable } from "@spillway/report/table.ts";
import { terminalChart } from "@spillway/report/terminal-chart.ts";
import { trafficCharts } from "./traffic-charts.ts";
import {
  bandsTable,
  burstsTable,
  categoriesTable,
  daysTable,
  evidenceTable,
  headline,
  knownTable,
  notes,
  shownDays,
  suspectsTable,
} from "./traffic-tables.ts";
import type { TrafficReport } from "./report-shape.ts";

function title({ from, to, timeZone }: TrafficReport): string {
  return `Traffic from ${from} to ${to}, ${timeZone}`;
}

function sections(report: TrafficReport) {
  return [
    { heading: "Days", table: daysTable(report) },
    { heading: "Bands, with and without suspects", table: bandsTable(report) },
    { heading: "Evidence", table: evidenceTable(report) },
    { heading: "Suspects", table: suspectsTable(report) },
    { heading: "Categories", table: categoriesTable(report) },
    { heading: "Known tests and assessments", table: knownTable(report) },
    { heading: "Bursts", table: burstsTable(report) },
  ].filter(({ table }) => table.rows.length > 0);
}

export function trafficText(report: TrafficReport): string {
  return [
    title(report),
    headline(report),
    "",
    terminalChart({
      title: "calls a day",
      values: report.days.flatMap(({ calls }) => [calls, calls, calls]),
      height: 6,
      width: 96,
    }),
    ...sections(shownDays(report)).flatMap(({ table }) => ["", textTable(table)]),
    "",
    ...notes(report),
  ].join("\n");
}

export function trafficHtml(report: TrafficReport): string {
  const { totals, step, suspects, suspectCalls, source } = report;
  return htmlReport({
    title: title(report),
    subtitle: headline(report),
    facts: [
      { label: "step", value: step?.date ?? "none", ...(step === null ? {} : { note: step.where }) },
      {
        label: "suspects",
        value: formatCount(suspects.length),
        note: `of ${formatCount(totals.users)} users`,
      },
      { label: "their share of calls", value: formatShare(suspectCalls / Math.max(1, totals.calls)) },
      { label: "cleared", value: formatCount(report.cleared.length) },
    ],
    sections: [
      ...trafficCharts(report).map((spec) => ({ heading: spec.title, svg: lineChart(spec) })),
      ...sections(report),
    ],
    footer: [`Source: ${source}.`, ...notes(report)].join(" "),
  });
}
