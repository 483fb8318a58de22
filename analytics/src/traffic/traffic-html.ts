/** The traffic report as one HTML file. */
import { lineChart } from "@spillway/kit/charts/charts.ts";
import { htmlReport } from "@spillway/kit/charts/html.ts";
import { formatCount, formatShare } from "@spillway/kit/charts/table.ts";
import type { TrafficReport } from "./report-shape.ts";
import { trafficCharts } from "./traffic-charts.ts";
import { headline, notes } from "./traffic-tables.ts";
import { trafficSections, trafficTitle } from "./traffic-text.ts";

export function trafficHtml(report: TrafficReport): string {
  const { totals, step, suspects, suspectCalls, source } = report;
  return htmlReport({
    title: trafficTitle(report),
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
      ...trafficSections(report),
    ],
    footer: [`Source: ${source}.`, ...notes(report)].join(" "),
  });
}
