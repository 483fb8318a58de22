/** A fleet run as a page with charts. */
import type { HtmlReport } from "@spillway/kit/charts/html.ts";
import { formatCount } from "@spillway/kit/charts/table.ts";
import { viewerTables } from "./fleet-viewers.ts";
import { formatIn, rungsOf, servedTable, verdictTable, type FleetRun } from "./fleet-tables.ts";

export async function fleetReport(run: FleetRun): Promise<string> {
  const { htmlReport } = await import("@spillway/kit/charts/html.ts");
  return htmlReport(await describe(run));
}

/** Draws the run, for the report and for the documents. */
export async function fleetCharts({
  series,
  scenario,
  options,
}: FleetRun): Promise<{ load: string; served: string }> {
  const { lineChart, stackedAreaChart, RUNG_COLORS } = await import("@spillway/kit/charts/charts.ts");
  const x = series.arrivals.map((_, second) => second);
  const T = options.thresholdPerSec;
  const span = scenario.wall ?? scenario.outage;
  const bands =
    span === undefined
      ? []
      : [{ from: span.fromS, to: span.toS, label: scenario.wall ? "over the threshold" : "origin gone" }];
  const shared = { xLabel: "seconds", x, bands };
  return {
    load: lineChart({
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
    }),
    served: stackedAreaChart({
      ...shared,
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
    }),
  };
}

async function describe(run: FleetRun): Promise<HtmlReport> {
  const { figures, verdicts, scenario, options } = run;
  const { load, served } = await fleetCharts(run);
  return {
    title: `Rehearsal: ${scenario.name}`,
    subtitle: `${scenario.about}. T = ${formatCount(options.thresholdPerSec)}/s, ${options.locations} locations, ${formatCount(figures.isolates)} isolates, seed ${options.seed}.`,
    facts: verdicts.map(({ figure, measured, most, least, unit, ok }) => ({
      label: figure,
      value: formatIn(measured, unit),
      note: `${most === undefined ? "at least" : "at most"} ${formatIn(most ?? least ?? 0, unit)}`,
      ok,
    })),
    sections: [
      { heading: "Load", svg: load },
      { heading: "Served as", svg: served, table: servedTable(figures, options) },
      { heading: "Promises", table: verdictTable(verdicts) },
      ...(run.viewers === undefined
        ? []
        : viewerTables(run.viewers).map(({ title, table }) => ({ heading: title, table }))),
    ],
    footer: "Simulated in virtual time, with the admission code that ships.",
  };
}
