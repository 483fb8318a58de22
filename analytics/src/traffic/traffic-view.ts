/** The traffic report as a page with charts. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { ReportView } from "@spillway/kit/charts/report-view.ts";
import { formatCount, formatShare } from "@spillway/kit/charts/table.ts";
import { standingOut } from "./callers-table.ts";
import { printable } from "./printable.ts";
import type { TrafficReport } from "./report-shape.ts";
import { trafficCharts } from "./traffic-charts.ts";
import { headline, notes, undecidedLines } from "./traffic-tables.ts";
import { trafficSections, trafficTitle } from "./traffic-text.ts";

export function trafficView(report: TrafficReport): ReportView {
  const { totals, step, suspects, suspectCalls, source } = report;
  return {
    title: trafficTitle(report),
    subtitle: [headline(report), ...undecidedLines(report), ...standingOut(report)].join(" "),
    facts: [
      { label: "step", value: step?.date ?? "none", ...(step === null ? {} : { note: step.where }) },
      {
        label: "suspects",
        value: formatCount(suspects.length),
        note: `of ${counted(totals.users, "user")}`,
      },
      { label: "their share of calls", value: formatShare(suspectCalls / Math.max(1, totals.calls)) },
      ...largestCaller(report),
      { label: "cleared", value: formatCount(report.cleared.length) },
    ],
    sections: [
      ...trafficCharts(report).map((chart) => ({ heading: chart.title, chart })),
      ...trafficSections(report),
    ],
    footer: [`Source: ${source}.`, ...notes(report)].join(" "),
  };
}

/** The address with the most requests, as a figure of its own. */
function largestCaller({ callers }: TrafficReport): { label: string; value: string; note: string }[] {
  const [largest] = callers.addresses;
  if (largest === undefined || largest.name === "") return [];
  return [{ label: "largest caller", value: formatShare(largest.share), note: printable(largest.name) }];
}
