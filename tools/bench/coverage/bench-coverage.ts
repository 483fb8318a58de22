/**
 * Replays a simulated day, reports on it with the shipped command in a process of its own, and compares with
 * the truth.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runMeasured } from "@spillway/kit/processes/run-measured.ts";
import type { CoverageReport } from "@spillway/analytics/coverage/coverage.ts";
import { openServingLog } from "@spillway/origin/serving-log/serving-log.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { pushRouting } from "@spillway/store/operators/routing.ts";
import { parseRouting } from "@spillway/shared/routing/routing.ts";
import { openWorkFolder } from "../work-folder.ts";
import { differences } from "./differences.ts";
import { replayCalls, type Replay } from "./replay-calls.ts";
import { simulateCalls, type SimulatedCalls } from "./simulate-calls.ts";

export type CoverageBenchOptions = {
  readonly users: number;
  readonly calls: number;
  readonly isolates: number;
  readonly seed: number;
  /** A folder that is left with the log. */
  readonly keep: string | undefined;
};

export type CoverageBench = Omit<CoverageBenchOptions, "keep"> & {
  /** The number of calls that were simulated. */
  readonly calls: number;
  readonly replayS: number;
  readonly replay: Replay;
  readonly logMiB: number;
  readonly reportS: number;
  readonly reportPeakRssMiB: number;
  /** A line for each figure of the report that is not the simulator's. */
  readonly differences: readonly string[];
  readonly report: Omit<CoverageReport, "perMinute">;
};

const DAY = "2026-09-15";
const COMMAND = fileURLToPath(new URL("../../../cli/src/main.ts", import.meta.url));

export async function benchCoverage({ keep, ...options }: CoverageBenchOptions): Promise<CoverageBench> {
  using folder = openWorkFolder("coverage", keep);
  const calls = simulateCalls(options.users, options.calls, options.seed);
  storeRouting(join(folder.path, "spillway.db"), calls);
  const path = join(folder.path, "serving-log.db");
  const log = openServingLog(path);
  const replayStartedMs = performance.now();
  const replay = await replayCalls({
    calls,
    store: log.store,
    isolates: options.isolates,
    startMs: Date.parse(`${DAY}T00:00:00Z`),
    seed: options.seed,
  });
  const replayS = (performance.now() - replayStartedMs) / 1000;
  log.close();
  const run = await runMeasured([COMMAND, "report", "coverage", "--day", DAY, "--json"], {
    SPILLWAY_DATA: folder.path,
  });
  const report = JSON.parse(run.stdout) as CoverageReport;
  const { perMinute: _perMinute, ...rest } = report;
  return {
    ...options,
    calls: calls.users.length,
    replayS,
    replay,
    logMiB: statSync(path).size / 2 ** 20,
    reportS: run.seconds,
    reportPeakRssMiB: run.peakMiB,
    differences: differences(report, calls),
    report: rest,
  };
}

function storeRouting(path: string, { bands }: SimulatedCalls): void {
  const parsed = parseRouting({
    time_zone: "UTC",
    bands: bands.map(({ name, fromS, thresholdPerSec }) => ({
      name,
      from: `${String(fromS / 3600).padStart(2, "0")}:00`,
      threshold_per_s: thresholdPerSec,
    })),
  });
  if (!parsed.ok) throw new Error(`the day's bands: ${JSON.stringify(parsed.issues)}`);
  const database = openDatabase(path);
  pushRouting(database, parsed.routing, "", undefined, 0);
  database.close();
}
