/**
 * The evaluation as one HTML file: retention against the number of clusters, the tables, what they were
 * measured on.
 */
import { lineChart, type LineChartSpec } from "@spillway/kit/charts/charts.ts";
import { htmlReport } from "@spillway/kit/charts/html.ts";
import { formatCount } from "@spillway/kit/charts/table.ts";
import { aboutLines } from "./about.ts";
import type { Evaluation } from "./evaluate.ts";
import type { ColdRow } from "./cold/compare-rows.ts";
import type { WarmRow } from "./median-rows.ts";
import { coldTable, percent, WARM_NAMES, warmTable } from "./tables.ts";

export function evaluationHtml(evaluation: Evaluation): string {
  const { warm, cold, data } = evaluation;
  const drawn = drawnRows(evaluation);
  const all = cold.find(({ model }) => model === "all");
  return htmlReport({
    title: "How much personalization survives",
    subtitle:
      "What a viewer really sees at the edge, of what individual personalization gains over one generic page.",
    facts: [
      ...drawn.map(({ model, clusters = 0, retention10AsServed }) => ({
        label: `${formatCount(clusters)} ${WARM_NAMES[model] ?? model}`,
        value: percent(retention10AsServed),
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
      ...(drawn.length === 0
        ? []
        : [{ heading: "Retention by the number of clusters", svg: lineChart(retentionChart(evaluation)) }]),
      ...(warm.length === 0 ? [] : [{ heading: "Warm: users with a history", table: warmTable(evaluation) }]),
      ...(cold.length === 0 ? [] : [{ heading: "Cold: first visits", table: coldTable(evaluation) }]),
      ...(data.visits === undefined
        ? []
        : [{ heading: "Cold: how fresh pages are", svg: lineChart(freshnessChart(cold, data.visits.file)) }]),
      { heading: "Measured on", text: aboutLines(evaluation).join(" ") },
    ],
    footer: "pnpm evaluate; models are learned from the other users only, by the code that ships.",
  });
}

/** The chart's figures are per cent of what individual personalization gains over the generic page. */
export function retentionChart(evaluation: Evaluation): LineChartSpec {
  const drawn = drawnRows(evaluation);
  const counts = [...new Set(drawn.map(({ clusters = 1 }) => clusters))];
  return {
    title: "What the edge keeps of individual personalization, as served",
    subtitle: evaluation.data.warm?.file ?? "",
    xLabel: "clusters",
    yLabel: "retention of NDCG@10, %",
    x: counts,
    logX: true,
    lines: Object.entries(LINE_COLORS).flatMap(([model, color]) => {
      const own = drawn.filter((row) => row.model === model).map((row) => row.retention10AsServed);
      if (own.length < counts.length) return [];
      const values = own.map((share) => share * 100);
      return [{ name: WARM_NAMES[model] ?? model, values, color, pointLabels: own.map(percent) }];
    }),
    levels: [
      { value: 0, label: "generic page 0 %" },
      { value: 100, label: "individual 100 %" },
    ],
  };
}

const LINE_COLORS: Readonly<Record<string, string>> = {
  cluster: "#e69f00",
  "cluster-watched-removed": "#56b4e9",
  tailored: "#009e73",
};

/** The rows that can be drawn: there is no retention where individual personalization gains nothing. */
function drawnRows({ warm }: Evaluation): WarmRow[] {
  return warm.filter(
    ({ model, retention10AsServed }) => model in LINE_COLORS && Number.isFinite(retention10AsServed),
  );
}

/** How much the freshness of pages is worth, on visits of one's own. */
function freshnessChart(cold: readonly ColdRow[], file: string): LineChartSpec {
  const byModel = (model: string): ColdRow[] =>
    cold.filter((row) => row.model.startsWith(`${model}-rebuilt-`));
  return {
    title: "What fresher pages are worth to first visits",
    subtitle: file,
    xLabel: "minutes between rebuilds",
    yLabel: "NDCG@10",
    x: byModel("all").map(({ rebuiltMinutes = 0 }) => rebuiltMinutes),
    logX: true,
    lines: [
      { name: "by all signals", values: byModel("all").map(({ ndcg10 }) => ndcg10) },
      { name: "generic page", values: byModel("generic").map(({ ndcg10 }) => ndcg10) },
    ],
  };
}
