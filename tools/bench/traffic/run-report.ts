/** Runs the shipped command on a log, as an operator does, and takes its time and peak of memory. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { TrafficReport } from "@spillway/analytics/traffic/report-shape.ts";

const MAIN = fileURLToPath(new URL("../../../cli/src/main.ts", import.meta.url));
/** The process tells its own peak on a pipe of its own, as the last thing it does. */
const TELL_PEAK =
  'data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,String(process.resourceUsage().maxRSS)))';

export type ReportRun = {
  readonly report: TrafficReport;
  readonly seconds: number;
  readonly peakMiB: number;
};

/** Throws when the command fails, and with the signal's reason when that ended it. */
export async function runReport(args: readonly string[], signal: AbortSignal): Promise<ReportRun> {
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    ["--max-old-space-size=8192", "--import", TELL_PEAK, MAIN, "report", "traffic", "--json", ...args],
    { stdio: ["ignore", "pipe", "inherit", "pipe"], signal },
  );
  const [[code], out, peak] = await Promise.all([
    once(child, "close") as Promise<[number | null]>,
    text(child.stdout as Readable),
    text(child.stdio[3] as Readable),
  ]).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  if (code !== 0) throw new Error(`spillway report traffic ended with ${code ?? child.signalCode}`);
  const seconds = (performance.now() - startMs) / 1000;
  return { report: JSON.parse(out) as TrafficReport, seconds, peakMiB: Number(peak) / 1024 };
}
