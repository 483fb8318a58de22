/** The traffic report for the terminal, and the parts that the HTML file shares with it. */
import { textTable } from "@spillway/kit/charts/table.ts";
import { terminalChart } from "@spillway/kit/charts/terminal-chart.ts";
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
  undecidedLines,
} from "./traffic-tables.ts";
import { callersTable, standingOut } from "./callers-table.ts";
import type { TrafficReport } from "./report-shape.ts";

export function trafficTitle({ from, to, timeZone }: TrafficReport): string {
  return `Traffic from ${from} to ${to}, ${timeZone}`;
}

export function trafficSections(report: TrafficReport) {
  return [
    { heading: "Days", table: daysTable(report) },
    { heading: "Top callers", table: callersTable(report) },
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
    trafficTitle(report),
    headline(report),
    ...undecidedLines(report),
    ...standingOut(report),
    "",
    terminalChart({
      title: "calls a day",
      values: report.days.flatMap(({ calls }) => [calls, calls, calls]),
      height: 6,
      width: 96,
    }),
    ...trafficSections(shownDays(report)).flatMap(({ table }) => ["", textTable(table)]),
    "",
    ...notes(report),
  ].join("\n");
}
