/** A report's view as one HTML file. Importing it takes the chart library's seconds. */
import { lineChart, stackedAreaChart } from "./charts.ts";
import { htmlReport } from "./html.ts";
import type { ReportChart, ReportView } from "./report-view.ts";

export function viewHtml(view: ReportView): string {
  return htmlReport({
    ...view,
    sections: view.sections.map(({ chart, ...section }) => ({
      ...section,
      ...(chart !== undefined && { svg: drawn(chart) }),
    })),
  });
}

function drawn({ isStacked = false, ...spec }: ReportChart): string {
  return isStacked ? stackedAreaChart(spec) : lineChart(spec);
}
