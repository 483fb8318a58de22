/** The coverage report for the terminal. */
import { textTable } from "@spillway/kit/charts/table.ts";
import { terminalChart } from "@spillway/kit/charts/terminal-chart.ts";
import type { CoverageReport } from "./coverage.ts";
import { bandsTable, deliveryNote, reasonsNote, usersTable } from "./coverage-tables.ts";

export function coverageTitle({ day, timeZone }: CoverageReport): string {
  return `Coverage of ${day}, ${timeZone}`;
}

export function coverageText(report: CoverageReport): string {
  const { perMinute } = report;
  return [
    coverageTitle(report),
    "",
    textTable(usersTable(report)),
    reasonsNote(report),
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
      title: "unpersonalized, calls a minute",
      values: perMinute.cluster.map((calls, minute) => calls + (perMinute.generic[minute] ?? 0)),
      height: 4,
      width: 96,
    }),
    "",
    deliveryNote(report),
  ].join("\n");
}
