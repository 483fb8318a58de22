/**
 * The charts of the report: calls by day with the step and without the suspects, and the share over the
 * threshold.
 */
import type { LineChartSpec } from "@spillway/kit/charts/charts.ts";
import type { TrafficReport } from "./report-shape.ts";

export function trafficCharts({ days, step }: TrafficReport): LineChartSpec[] {
  const x = days.map((_, day) => day + 1);
  const at = days.findIndex(({ date }) => date === step?.date);
  const marks = at < 0 || step === null ? [] : [{ at: at + 1, label: `step ${step.date}` }];
  const xLabel = `day, from ${days[0]?.date ?? ""}`;
  const bands = Object.keys(days[0]?.byBand ?? {});
  const charts: LineChartSpec[] = [
    {
      title: "Calls a day",
      xLabel,
      yLabel: "calls",
      x,
      marks,
      lines: [
        { name: "all calls", values: days.map(({ calls }) => calls) },
        {
          name: "without suspects",
          values: days.map(({ calls, suspects }) => calls - suspects),
          dashed: true,
        },
        { name: "known tests", values: days.map(({ known }) => known) },
      ],
    },
  ];
  if (bands.length > 1) {
    const lines = bands.map((name) => ({ name, values: days.map(({ byBand }) => byBand[name] ?? 0) }));
    charts.push({ title: "Calls a day by band", xLabel, yLabel: "calls", x, marks, lines });
  }
  if (days.some(({ overThreshold }) => overThreshold !== null)) {
    const values = days.map(({ overThreshold, calls }) => (100 * (overThreshold ?? 0)) / Math.max(1, calls));
    charts.push({
      title: "Calls over the threshold",
      xLabel,
      yLabel: "% of the day's calls",
      x,
      marks,
      lines: [{ name: "over threshold", values, area: true }],
    });
  }
  return charts;
}
