/**
 * The evaluation as one HTML file: retention against the number of clusters, the tables, what they were
 * measured on.
 */
import { lineChart, type LineChartSpec } from "@spillway/kit/charts/charts.ts";
import { htmlReport } from "@spillway/kit/charts/html.ts";
import { formatCount } from "@spillway/kit/charts/table.ts";
import { aboutLines } from "./about.ts";
import type { Evaluation } from "./evaluate.ts";
import type { WarmRow } from "./median-rows.ts";
import { coldTable, percent, warmTable } from "./tables.ts";

export function evaluationHtml(evaluation: Evaluation): string {
  const { warm, cold } = evaluation;
  const pages = clusterRows(evaluation);
  const all = cold.find(({ model }) => model === "all");
  return htmlReport({
    title: "How much personalization survives",
    subtitle: "What cluster pages keep of what individual personalization gains over one generic page.",
    facts: [
      ...pages.map(({ clusters = 0, retention10 }) => ({
        label: `${formatCount(clusters)} cluster pages keep`,
        value: percent(retention10),
      })),
      ...(all === undefined
        ? []
        : [
            {
              label: "a first visit's page gains over the generic one",
              value: percent(all.liftOverGeneric),
            },
          ]),
    ],
    sections: [
      ...(pages.length === 0
        ? []
        : [{ heading: "Retention by the number of clusters", svg: lineChart(retentionChart(evaluation)) }]),
      ...(warm.length === 0 ? [] : [{ heading: "Warm: users with a history", table: warmTable(evaluation) }]),
      ...(cold.length === 0 ? [] : [{ heading: "Cold: first visits", table: coldTable(evaluation) }]),
      { heading: "Measured on", text: aboutLines(evaluation).join(" ") },
    ],
    footer: "pnpm evaluate; models are learned from the other users only, by the code that ships.",
  });
}

/** The chart's figures are per cent of what individual personalization gains over the generic page. */
export function retentionChart(evaluation: Evaluation): LineChartSpec {
  const pages = clusterRows(evaluation);
  const values = pages.map(({ retention10 }) => retention10 * 100);
  return {
    title: "What cluster pages keep of individual personalization",
    subtitle: evaluation.data.warm?.file ?? "",
    xLabel: "clusters",
    yLabel: "retention of NDCG@10, %",
    x: pages.map(({ clusters = 1 }) => clusters),
    logX: true,
    lines: [
      {
        name: "cluster pages",
        values,
        color: "#009e73",
        pointLabels: pages.map(({ retention10 }) => percent(retention10)),
      },
    ],
    levels: [
      { value: 0, label: "generic page 0 %" },
      { value: 100, label: "individual 100 %" },
    ],
  };
}

/** The rows that can be drawn: there is no retention where individual personalization gains nothing. */
function clusterRows({ warm }: Evaluation): WarmRow[] {
  return warm.filter(({ model, retention10 }) => model === "cluster" && Number.isFinite(retention10));
}
