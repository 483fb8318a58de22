/**
 * The same calls as a log of each format, read by the report's own reader into a sink that only numbers
 * texts.
 */
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { logSource } from "@spillway/analytics/traffic/log-source.ts";
import { createStringInterner } from "@spillway/analytics/traffic/string-interner.ts";
import type { TrafficSink } from "@spillway/analytics/traffic/traffic-source.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import { median } from "@spillway/kit/statistics.ts";
import { openWorkFolder } from "../work-folder.ts";
import { LOG_WRITERS, syntheticRequests } from "./synthetic-lines.ts";

export type LogsBench = {
  readonly lines: number;
  readonly results: readonly {
    readonly format: string;
    readonly bytes: number;
    readonly linesPerSec: number;
    /** Of the CSV reader's lines a second, in the same round; the median. */
    readonly ratio: number;
  }[];
  /** The most that the process had in memory. */
  readonly peakMiB: number;
};

export async function benchLogs(options: {
  readonly lines: number;
  readonly rounds: number;
  readonly seed: number;
}): Promise<LogsBench> {
  using folder = openWorkFolder("logs", undefined);
  const logs = Object.entries(LOG_WRITERS).map(([format, write]) => {
    const path = join(folder.path, `${format}${format === "csv" ? ".csv" : ".log"}`);
    writeFileSync(path, "");
    for (const requests of syntheticRequests(options)) writeFileSync(path, write(requests), { flag: "a" });
    return { format, path, bytes: statSync(path).size, rates: [] as number[], ratios: [] as number[] };
  });
  const [csv] = logs;
  for (let round = 0; round < options.rounds; round += 1) {
    for (const log of logs) {
      const rate = await linesPerSec(log.path, options.lines);
      log.rates.push(rate);
      log.ratios.push(rate / (csv?.rates.at(-1) ?? rate));
    }
  }
  return {
    lines: options.lines,
    results: logs.map(({ format, bytes, rates, ratios }) => ({
      format,
      bytes,
      linesPerSec: median(rates),
      ratio: median(ratios),
    })),
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
}

/** Throws when a line could not be read. */
async function linesPerSec(path: string, lines: number): Promise<number> {
  const interners = Array.from({ length: 4 }, createStringInterner);
  const [users, networks, agents, categories] = interners as [Interner, Interner, Interner, Interner];
  const sink: TrafficSink = {
    users,
    networks,
    agents,
    categories,
    take: () => undefined,
    takeOther: () => undefined,
  };
  const startMs = performance.now();
  const findings = await logSource([path], () => undefined).readInto(sink);
  const seconds = (performance.now() - startMs) / 1000;
  if (findings.rows !== lines || findings.badRowCount > 0) {
    throw new Error(
      `${path}: ${findings.rows} of ${lines} lines were read; ${findings.badRows[0]?.reason ?? ""}`,
    );
  }
  return lines / seconds;
}

type Interner = TrafficSink["users"];

export function describe({ lines, results, peakMiB }: LogsBench): string {
  return textTable({
    head: ["format", "MiB", "lines/s", "MiB/s", "of the CSV reader's"],
    align: ["left", "right", "right", "right", "right"],
    rows: results.map(({ format, bytes, linesPerSec: rate, ratio }) => [
      format,
      formatCount(bytes / 2 ** 20),
      formatCount(rate),
      formatCount((bytes / 2 ** 20 / lines) * rate),
      ratio.toFixed(2),
    ]),
    note: `${formatCount(lines)} lines each; the process had at most ${formatCount(peakMiB)} MiB in memory.`,
  });
}
