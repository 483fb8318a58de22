/** The coverage report for the terminal, and as one HTML file. */
import { lineChart } from "@spillway/report/charts.ts";
import { htmlReport } from "@spillway/report/html.ts";
import { formatCount, textTable } from "@spillway/report/table.ts";
import { terminalChart } from "@spillway/report/terminal-chart.ts";
import type { CoverageReport } from "./coverage.ts";
import { bandsTable, coverageCharts, deliveryNote, share, usersTable } from "./coverage-tables.ts";

function title({ day, timeZone }: CoverageReport): string {
  return `Coverage of ${day}, ${timeZone}`;
}

export function coverageText(report: CoverageReport): string {
  const { perMinute } = report;
  return [
    title(report),
    "",
    textTable(usersTable(report)),
    "",
    textTable(bandsTable(report)),
    "",
    terminalChart({
      title: "calls a minute over the day; ┄ the thresholds",
      values: perMinute.calls,
      level: perMinute.thresholdPerMinute.map((level) => level ?? 0),
      height: 8,
      width: 96,
    }),
    "",
    terminalChart({
      title: "not individual, calls a minute",
      values: perMinute.calls.map((calls, minute) => calls - (perMinute.individual[minute] ?? 0)),
      height: 4,
      width: 96,
    }),
    "",
    deliveryNote(report),
  ].join("\n");
}

export function coverageHtml(report: CoverageReport): string {
  const { users, calls } = report;
  return htmlReport({
    title: title(report),
    subtitle: `${formatCount(users.distinct)} users, ${formatCount(calls.total)} calls`,
    facts: [
      { label: "users fully personalized", value: share(users.fullyPersonalized, users.distinct) },
      { label: "users with a cluster's page", value: share(users.someCluster, users.distinct) },
      { label: "users with the generic page", value: share(users.someGeneric, users.distinct) },
      { label: "calls not individual", value: share(calls.total - calls.individual, calls.total) },
    ],
    sections: [
      { heading: "Users and calls", table: usersTable(report) },
      { heading: "Bands", table: bandsTable(report) },
      ...coverageCharts(report).map((spec) => ({ heading: spec.title, svg: lineChart(spec) })),
    ],
    footer: deliveryNote(report),
  });
}
