/** The coverage benchmark for the terminal. */
import { formatCount } from "@spillway/kit/charts/table.ts";
import type { CoverageBench } from "./bench-coverage.ts";

export function describe(bench: CoverageBench): string {
  const { replay, report, differences } = bench;
  return [
    `${formatCount(report.users.distinct)} users, ${formatCount(bench.calls)} calls, ${bench.isolates} isolates, seed ${bench.seed}.`,
    `Through the edge's serving log into the origin's: ${bench.replayS.toFixed(0)} s; ${formatCount(replay.messages)} messages of ${formatCount(replay.bytes / replay.messages)} bytes, 1 % of them twice, all out of order.`,
    `At the origin, from a message to its commit: ${replay.originS.toFixed(0)} s of the day's 86,400 (${((100 * replay.originS) / 86_400).toFixed(2)} %), ${((1e6 * replay.originS) / bench.calls).toFixed(1)} µs a call; the log's file has ${formatCount(bench.logMiB)} MiB.`,
    `report coverage: ${bench.reportS.toFixed(1)} s, ${formatCount(bench.reportPeakRssMiB)} MiB at its peak.`,
    differences.length === 0
      ? "Every figure is the simulator's: users, calls, bands, and each minute."
      : `${differences.length} figures are not the simulator's:\n  ${differences.slice(0, 20).join("\n  ")}`,
  ].join("\n");
}
