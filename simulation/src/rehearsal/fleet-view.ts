/** A fleet run as a report with charts. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { RUNG_COLORS } from "@spillway/kit/charts/chart-style.ts";
import type { ReportChart, ReportView } from "@spillway/kit/charts/report-view.ts";
import { formatCount } from "@spillway/kit/charts/table.ts";
import { viewerTables } from "./fleet-viewers.ts";
import { formatIn, rungsOf, servedTable, verdictTable } from "./fleet-tables.ts";
import type { FleetRun } from "./run-fleet.ts";

export function fleetView(run: FleetRun): ReportView {
  const { figures, verdicts, scenario, options } = run;
  const { load, served } = fleetCharts(run);
  return {
    title: `Rehearsal: ${scenario.name}`,
    subtitle: `${scenario.about}. T = ${formatCount(options.thresholdPerSec)}/s, ${counted(options.locations, "location")}, ${counted(figures.isolates, "isolate")}, seed ${options.seed}.`,
    facts: verdicts.map(({ figure, measured, most, least, unit, ok }) => ({
      label: figure,
      value: formatIn(measured, unit),
      note: `${most === undefined ? "at least" : "at most"} ${formatIn(most ?? least ?? 0, unit)}`,
      ok,
    })),
    sections: [
      { heading: "Load", chart: load },
      { heading: "Served as", chart: served, table: servedTable(figures, options) },
      { heading: "Promises", table: verdictTable(verdicts) },
      ...(run.viewers === undefined
        ? []
        : viewerTables(run.viewers).map(({ title, table }) => ({ heading: title, table }))),
    ],
    footer: "Simulated in virtual time, with the admission code that ships.",
  };
}

/** What happened to whom, for the report and for the documents. */
export function fleetCharts({ series, scenario, options }: FleetRun): {
  readonly load: ReportChart;
  readonly served: ReportChart;
} {
  const x = series.arrivals.map((_, second) => second);
  const T = options.thresholdPerSec;
  const span = scenario.wall ?? scenario.outage;
  const bands =
    span === undefined
      ? []
      : [{ from: span.fromS, to: span.toS, label: scenario.wall ? "over the threshold" : "origin gone" }];
  const shared = { xLabel: "seconds", x, bands };
  return {
    load: {
      ...shared,
      title: "What arrives, and what reaches the origin",
      subtitle: scenario.about,
      yLabel: "requests per second",
      logScale: true,
      levels: [{ value: T, label: "threshold T" }],
      lines: [
        { name: "arrivals at the edge", values: series.arrivals },
        { name: "offered to the origin", values: series.offered },
        { name: "personalized by the origin", values: series.personalized },
      ],
    },
    served: {
      ...shared,
      isStacked: true,
      title: "How every request was served",
      subtitle: "share of the requests that arrived in each second",
      yLabel: "% of requests",
      lines: rungsOf(options).map((rung) => ({
        name: rung,
        color: RUNG_COLORS[rung],
        values: series.served[rung].map(
          (count, second) => (100 * count) / Math.max(1, series.arrivals[second] ?? 1),
        ),
      })),
    },
  };
}
