/** The published day as a report with charts. */
import type { ReportView } from "@spillway/kit/charts/report-view.ts";
import { formatCount, formatShare } from "@spillway/kit/charts/table.ts";
import { dayCharts } from "../day/day-charts.ts";
import { dayTables } from "../day/day-tables.ts";
import { PUBLISHED } from "../day/published.ts";
import type { DayResult } from "../day/rehearse-day.ts";

export function dayView(day: DayResult): ReportView {
  return {
    title: "The published day",
    subtitle: `${formatCount(day.users)} users, ${formatCount(day.calls)} calls, seed ${day.seed}.`,
    facts: day.figures.map(({ key, fallback, met }) => ({
      label: PUBLISHED.find((published) => published.key === key)?.label ?? key,
      value: formatShare(fallback),
      ok: met,
    })),
    sections: [
      ...dayTables(day).map(({ title, table }) => ({ heading: title, table })),
      ...dayCharts(day).map((chart) => ({ heading: chart.title, chart })),
    ],
    footer: "Simulated; surges and thresholds were fitted within documented ranges.",
  };
}
