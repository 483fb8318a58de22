/** The charts of the comparison: the autoscaler's reaction gap, and what the visitors got meanwhile. */
import type { LineChartSpec } from "@spillway/kit/charts/charts.ts";
import type { StrategyComparison } from "./compare.ts";
import { STRATEGIES } from "./outcome.ts";

export type StrategyCharts = {
  /** All three are specifications for `lineChart`. */
  readonly reactionGap: LineChartSpec;
  readonly individualShare: LineChartSpec;
  readonly quality: LineChartSpec;
};

export function strategyCharts(comparison: StrategyComparison): StrategyCharts {
  const { strategies, stepS, reactionGapS, about, readyPerSecond, instanceCapacityPerSec } = comparison;
  const arrivals = strategies[0]?.perSecond.arrivals ?? [];
  const x = arrivals.map((_, second) => second - stepS);
  const gap = { from: 0, to: reactionGapS, label: `reaction gap: ${reactionGapS} s` };
  const shared = { xLabel: "seconds after the step", x, bands: reactionGapS > 0 ? [gap] : [] };
  return {
    reactionGap: {
      ...shared,
      title: "Autoscaling only: the reaction gap",
      subtitle: about,
      yLabel: "requests per second",
      lines: [
        { name: "load", values: arrivals, area: true, color: "#d55e00" },
        {
          name: "ready capacity",
          values: readyPerSecond.autoscaled.map((count) => count * instanceCapacityPerSec),
          step: true,
          area: true,
          color: "#0072b2",
        },
      ],
    },
    individualShare: {
      ...shared,
      title: "Served individually",
      subtitle: "share of the requests that arrived in each second",
      yLabel: "% of requests",
      lines: strategies.map(({ strategy, perSecond: { individual } }) => ({
        name: STRATEGIES[strategy],
        values: individual.map((count, second) => (100 * count) / Math.max(1, arrivals[second] ?? 1)),
        color: COLORS[strategy],
        // This line coincides with that of the rate limit, so it is dashed to keep both visible.
        dashed: strategy === "clusters",
      })),
    },
    quality: {
      ...shared,
      title: "Quality of a response",
      subtitle: `individual 1, page from the edge ${comparison.retention}, generic page and failure 0`,
      yLabel: "mean over the requests of each second",
      lines: strategies.map(({ strategy, perSecond: { quality } }) => ({
        name: STRATEGIES[strategy],
        values: quality,
        color: COLORS[strategy],
      })),
    },
  };
}

const COLORS = {
  autoscaling: "#d55e00",
  generic: "#e69f00",
  clusters: "#009e73",
  prepared: "#0072b2",
} as const;
