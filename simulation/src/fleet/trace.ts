/** A recorded load as a scenario: CSV with a header row `period,count`, plain or gzipped; what the wc98 files are. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { UsageError } from "@spillway/kit/commands/usage.ts";
import type { Scenario } from "./scenario.ts";

export type Trace = {
  /** Seconds since 1970, ascending: when each period begins. */
  readonly startsS: Float64Array;
  readonly counts: Float64Array;
  /** Length of a period: the commonest distance between two. */
  readonly periodS: number;
};

export type TraceOptions = {
  /** Requests for each one recorded; undefined: so many that the busiest period is at `peak` T. */
  readonly scale: number | undefined;
  /** Seconds of the trace in a second of the rehearsal; undefined: so many that it lasts ten minutes at most. */
  readonly speed: number | undefined;
  readonly thresholdPerSec: number;
};

/** Of the busiest period, in T, where no scale is given. */
const DEFAULT_PEAK = 3;
const DEFAULT_LONGEST_S = 600;
const MOST_S = 86_400;
const GZIP_MAGIC = 0x1f8b;

/** Throws {@link UsageError} naming file, line and what is wrong there. */
export function readTrace(path: string): Trace {
  const rows = parseRows(path, readText(path));
  if (rows.length < 2) throw new UsageError(`${path}: a trace needs at least two periods`);
  const startsS = new Float64Array(rows.length);
  const counts = new Float64Array(rows.length);
  const distances = new Map<number, number>();
  for (const [at, { record, info }] of rows.entries()) {
    const where = `${path}, line ${info.lines}`;
    const startS = toSeconds(record.period, where);
    const count = Number(record.count);
    if (record.count === "" || !(count >= 0) || !Number.isFinite(count)) {
      throw new UsageError(`${where}: count is "${record.count}", not a number from 0`);
    }
    const distanceS = at === 0 ? Number.NaN : startS - (startsS[at - 1] ?? 0);
    if (distanceS <= 0)
      throw new UsageError(`${where}: period "${record.period}" is not after the one before`);
    if (at > 0) distances.set(distanceS, (distances.get(distanceS) ?? 0) + 1);
    startsS[at] = startS;
    counts[at] = count;
  }
  const [periodS = 1] = [...distances].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return { startsS, counts, periodS };
}

export function traceScenario(path: string, trace: Trace, options: TraceOptions): Scenario {
  const { startsS, counts, periodS } = trace;
  const firstS = startsS[0] ?? 0;
  const lengthS = (startsS.at(-1) ?? 0) + periodS - firstS;
  const speed = options.speed ?? Math.max(1, Math.ceil(lengthS / DEFAULT_LONGEST_S));
  const durationS = lengthS / speed;
  if (durationS > MOST_S) {
    throw new UsageError(
      `--speed: at ${speed} the trace lasts ${Math.round(durationS / 3600)} hours; 24 are the most`,
    );
  }
  const busiestPerSec = counts.reduce((most, count) => Math.max(most, count), 0) / periodS;
  if (busiestPerSec === 0) throw new UsageError(`${path}: no period has a request`);
  const scale = options.scale ?? (DEFAULT_PEAK * options.thresholdPerSec) / busiestPerSec;
  let at = 0;
  return {
    name: "trace",
    about: `${path}, each recorded request counted ${Number(scale.toPrecision(4))} times, ${speed} s in one`,
    durationS,
    // Asked for ascending times.
    loadAt: (atS) => {
      const traceS = firstS + atS * speed;
      if ((startsS[at] ?? 0) > traceS) at = 0;
      while (at + 1 < startsS.length && (startsS[at + 1] ?? 0) <= traceS) at += 1;
      // Between two periods that are further apart, nothing was recorded.
      const inGap = traceS >= (startsS[at] ?? 0) + periodS;
      return inGap ? 0 : ((counts[at] ?? 0) / periodS / options.thresholdPerSec) * scale;
    },
    thresholdAt: () => 1,
    originUpAt: () => true,
  };
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (bytes.length > 1 && bytes.readUInt16BE(0) === GZIP_MAGIC ? gunzipSync(bytes) : bytes).toString();
  } catch (error) {
    throw new UsageError(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Row = {
  readonly record: { readonly period: string; readonly count: string };
  readonly info: { readonly lines: number };
};

function parseRows(path: string, text: string): Row[] {
  const [head = ""] = text.split("\n", 1);
  const columns = head.trim().split(",");
  if (!columns.includes("period") || !columns.includes("count")) {
    throw new UsageError(
      `${path}, line 1: the header must name the columns period and count, and is "${head.slice(0, 80)}"`,
    );
  }
  try {
    // `info` adds the line that each record comes from.
    return parse(text, { columns: true, info: true, trim: true, skip_empty_lines: true }) as unknown as Row[];
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `1998-06-26 15:00:01` in UTC, ISO 8601, or seconds since 1970. */
function toSeconds(period: string, where: string): number {
  const plain = /^\d+(\.\d+)?$/.test(period) ? Number(period) : Number.NaN;
  const dated =
    Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(period) ? period : `${period.replace(" ", "T")}Z`) / 1000;
  const seconds = Number.isNaN(plain) ? dated : plain;
  if (!Number.isFinite(seconds)) throw new UsageError(`${where}: period "${period}" is not a time`);
  return seconds;
}
