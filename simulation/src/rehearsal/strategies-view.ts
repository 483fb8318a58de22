/** Four ways to meet the same spike as a report with charts. */
import type { ReportView } from "@spillway/kit/charts/report-view.ts";
import { formatCount } from "@spillway/kit/charts/table.ts";
import type { StrategyComparison } from "../strategies/compare.ts";
import { strategyCharts } from "../strategies/strategy-charts.ts";
import { strategyTable } from "../strategies/strategy-table.ts";

export function strategiesAbout({ base, peak, thresholdPerSec, seed }: StrategyComparison): string {
  return `${base} T to ${peak} T, T = ${formatCount(thresholdPerSec)}/s, seed ${seed}`;
}

export function strategiesView(comparison: StrategyComparison): ReportView {
  const { reactionGap, individualShare, quality } = strategyCharts(comparison);
  return {
    title: "Four ways to meet the same spike",
    subtitle: strategiesAbout(comparison),
    facts: [],
    sections: [
      { heading: "Side by side", table: strategyTable(comparison) },
      ...[reactionGap, individualShare, quality].map((chart) => ({ heading: chart.title, chart })),
    ],
    footer: "Simulated in virtual time on the same arrivals; ours with the admission code that ships.",
  };
}
