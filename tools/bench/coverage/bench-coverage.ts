/** Replays a simulated day, reports on it with the shipped command in a process of its own, and compares with the truth. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CoverageReport } from "@spillway/analytics/coverage/coverage.ts";
import { openServingLog } from "@spillway/origin/serving-log/serving-log.ts";
import { openDatabase } from "@spillway/origin/store/database.ts";
import { pushRouting } from "@spillway/origin/store/operators/routing.ts";
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
  /** As simulated. */
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
/** The process tells its own peak when it ends. */
const TELL_PEAK =
  "data:text/javascript,process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))";

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
  const { report, seconds, peakRssMiB } = await runReport(folder.path);
  const { perMinute: _perMinute, ...rest } = report;
  return {
    ...options,
    calls: calls.users.length,
    replayS,
    replay,
    logMiB: statSync(path).size / 2 ** 20,
    reportS: seconds,
    reportPeakRssMiB: peakRssMiB,
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

async function runReport(
  folder: string,
): Promise<{ report: CoverageReport; seconds: number; peakRssMiB: number }> {
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", TELL_PEAK, COMMAND, "report", "coverage", "--day", DAY, "--json"],
    { env: { ...process.env, SPILLWAY_DATA: folder } },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`the report ended with ${code}: ${stderr}`);
  return {
    report: JSON.parse(stdout) as CoverageReport,
    seconds: (performance.now() - startedMs) / 1000,
    peakRssMiB: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024,
  };
}
