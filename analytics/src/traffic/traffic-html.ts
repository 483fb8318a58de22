/** The traffic report as one HTML file. */
import { lineChart } from "@spillway/kit/charts/charts.ts";
import { htmlReport } from "@spillway/kit/charts/html.ts";
import { formatCount, formatShare } from "@spillway/kit/charts/table.ts";
import { standingOut } from "./callers-table.ts";
import { printable } from "./printable.ts";
import type { TrafficReport } from "./report-shape.ts";
import { trafficCharts } from "./traffic-charts.ts";
import { headline, notes, undecidedLines } from "./traffic-tables.ts";
import { trafficSections, trafficTitle } from "./traffic-text.ts";

export function trafficHtml(report: TrafficReport): string {
  const { totals, step, suspects, suspectCalls, source } = report;
  return htmlReport({
    title: trafficTitle(report),
    subtitle: [headline(report), ...undecidedLines(report), ...standingOut(report)].join(" "),
    facts: [
      { label: "step", value: step?.date ?? "none", ...(step === null ? {} : { note: step.where }) },
      {
        label: "suspects",
        value: formatCount(suspects.length),
        note: `of ${formatCount(totals.users)} users`,
      },
      { label: "their share of calls", value: formatShare(suspectCalls / Math.max(1, totals.calls)) },
      ...largestCaller(report),
      { label: "cleared", value: formatCount(report.cleared.length) },
    ],
    sections: [
      ...trafficCharts(report).map((spec) => ({ heading: spec.title, svg: lineChart(spec) })),
      ...trafficSections(report),
    ],
    footer: [`Source: ${source}.`, ...notes(report)].join(" "),
  });
}

/** The address with the most requests, as a figure of its own. */
function largestCaller({ callers }: TrafficReport): { label: string; value: string; note: string }[] {
  const [largest] = callers.addresses;
  if (largest === undefined || largest.name === "") return [];
  return [{ label: "largest caller", value: formatShare(largest.share), note: printable(largest.name) }];
}
