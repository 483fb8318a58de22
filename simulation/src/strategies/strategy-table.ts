/** The strategies side by side, as a printed table. */
import { formatShare, type Table } from "@spillway/kit/charts/table.ts";
import { retentionNote } from "../quality/retention.ts";
import type { StrategyComparison } from "./compare.ts";
import { STRATEGIES } from "./outcome.ts";

export function strategyTable(comparison: StrategyComparison): Table {
  return {
    head: [
      "strategy",
      "individual",
      "from the edge",
      "generic",
      "failed or late",
      "p50",
      "p99",
      "back at 95 %",
      "instance h",
      "precompute h",
      "quality",
    ],
    align: ["left", ...Array.from({ length: 10 }, () => "right" as const)],
    rows: comparison.strategies.map((outcome) => [
      STRATEGIES[outcome.strategy],
      formatShare(outcome.shares.individual),
      formatShare(outcome.shares.cluster),
      formatShare(outcome.shares.generic),
      formatShare(outcome.shares.failed),
      `${Math.round(outcome.p50Ms)} ms`,
      `${Math.round(outcome.p99Ms)} ms`,
      outcome.backS === null ? "never" : `${outcome.backS} s`,
      outcome.instanceHours.toFixed(1),
      outcome.precomputeHours === 0 ? "0" : outcome.precomputeHours.toFixed(2),
      outcome.quality.toFixed(3),
    ]),
    note: notes(comparison).join("\n"),
  };
}

function notes(comparison: StrategyComparison): string[] {
  const { parameters, retention, accountedS, reactionGapS, strategies } = comparison;
  const { hpaTarget, forecast, prepareS, keepS, patienceS, cycleS } = parameters;
  const late = strategies.find(({ strategy }) => strategy === "autoscaling")?.late ?? 0;
  const leastForecast = (hpaTarget * comparison.instanceThresholdPerSec) / comparison.instanceCapacityPerSec;
  return [
    `Load: ${comparison.about}. The first three have the same autoscaler: its ready capacity meets the load ${reactionGapS} s after the step.`,
    `Late: not there after ${patienceS} s (${formatShare(late)} of all with autoscaling only; the rest of its failures are 503s). Servers do that work all the same, as they seldom notice that a client has gone. Nobody tries again, which would make it worse.`,
    `Pre-provisioning must know of the spike ${minutes(prepareS)} ahead and keeps its instances ${minutes(keepS)} longer. Its forecast is ${forecast} of the true peak; the target's headroom (${hpaTarget} of the threshold) holds down to ${leastForecast.toFixed(2)}.`,
    `Back at 95 %: seconds from the step until at least that share is served individually for good. p50 and p99 are of all answers, errors too.`,
    `Hours are counted over ${minutes(accountedS)}; precompute hours are of one core, ${cycleS} s in each minute.`,
    `${retentionNote(retention)} A failure counts 0.`,
  ];
}

function minutes(seconds: number): string {
  return `${Number((seconds / 60).toFixed(1))} min`;
}
