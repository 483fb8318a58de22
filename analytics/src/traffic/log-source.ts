/** Log files as a source of traffic. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { addBadRow, noFindings } from "@spillway/kit/tabular/each-row.ts";
import { formatOf } from "@spillway/kit/tabular/rows.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { readCsvLog } from "./csv-log.ts";
import { readJsonLog } from "./json-log.ts";
import type { LogReading } from "./log-columns.ts";
import type { TrafficSource } from "./traffic-source.ts";

/** `onProgress` receives the bytes read so far and the bytes of all files, both as stored on disk. */
export function logSource(
  paths: readonly string[],
  onProgress: (doneBytes: number, totalBytes: number) => void,
): TrafficSource {
  return {
    name: paths.map((path) => basename(path)).join(", "),
    readInto: async (sink) => {
      const findings = noFindings();
      const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
      const total = sizes.reduce((sum, size) => sum + size, 0);
      let before = 0;
      let rows = 0;
      for (const [at, path] of paths.entries()) {
        const reading: LogReading = {
          sink,
          bad: (line, reason) => addBadRow(findings, path, line, reason),
          notice: (text) => findings.notices.push(`${basename(path)}: ${text}`),
          onBytes: (bytes) => onProgress(before + bytes, total),
          rows: 0,
          otherMethods: 0,
        };
        await read(path, reading);
        if (reading.otherMethods > 0) {
          reading.notice(`${reading.otherMethods} rows with another method than GET and POST were left out`);
        }
        rows += reading.rows;
        before += sizes[at] ?? 0;
      }
      return { rows, ...findings };
    },
  };
}

async function read(path: string, reading: LogReading): Promise<void> {
  try {
    await (formatOf(path) === "jsonl" ? readJsonLog(path, reading) : readCsvLog(path, reading));
  } catch (error) {
    const reason = isCut(error) ? CUT : reasonOf(error);
    reading.bad(reading.rows + 1, `the file cannot be read on from about here: ${reason}`);
  }
}

/** An upload that broke off leaves packed data that ends within a block. */
function isCut(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
}

const CUT = "it is truncated, its gzip data has no end; what was read counts";
