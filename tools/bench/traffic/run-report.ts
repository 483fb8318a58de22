/** Runs the shipped command on a log, as an operator does, and takes its time and peak of memory. */
import { fileURLToPath } from "node:url";
import { runMeasured } from "@spillway/kit/processes/run-measured.ts";
import type { TrafficReport } from "@spillway/analytics/traffic/report-shape.ts";

const MAIN = fileURLToPath(new URL("../../../cli/src/main.ts", import.meta.url));

export type ReportRun = {
  readonly report: TrafficReport;
  readonly seconds: number;
  readonly peakMiB: number;
};

/** Throws when the command fails, and with the signal's reason when that ended it. */
export async function runReport(args: readonly string[], signal: AbortSignal): Promise<ReportRun> {
  const command = ["--max-old-space-size=8192", MAIN, "report", "traffic", "--json", ...args];
  const { stdout, seconds, peakMiB } = await runMeasured(command, {}, signal);
  return { report: JSON.parse(stdout) as TrafficReport, seconds, peakMiB };
}
