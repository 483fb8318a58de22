/**
 * A recorded load as a scenario: CSV with a header row `period,count`, plain or gzipped, as the wc98 files
 * are.
 */
import { access } from "node:fs/promises";
import { UsageError } from "@spillway/kit/commands/usage.ts";
import { readRows } from "@spillway/kit/tabular/rows.ts";
import type { Scenario } from "./scenario.ts";

export type Trace = {
  /** When each period begins, in seconds since 1970, ascending. */
  readonly startsS: Float64Array;
  readonly counts: Float64Array;
  /** Length of a period: the most frequent distance between two. */
  readonly periodS: number;
};

export type TraceOptions = {
  /** Requests for each recorded one. When undefined, the busiest period becomes `DEFAULT_PEAK` T. */
  readonly scale: number | undefined;
  /**
   * Seconds of the trace in one second of the rehearsal. When undefined, the rehearsal lasts at most ten
   * minutes.
   */
  readonly speed: number | undefined;
  readonly thresholdPerSec: number;
};

/** The load of the busiest period in T when no scale is given. */
const DEFAULT_PEAK = 3;
const DEFAULT_LONGEST_S = 600;
const MAX_S = 86_400;
const COLUMNS = ["period", "count"];

/** Throws {@link UsageError} with the file, the line and the fault. */
export async function readTrace(path: string): Promise<Trace> {
  const startsS: number[] = [];
  const counts: number[] = [];
  const distances = new Map<number, number>();
  for await (const { where, period, count } of periodsOf(path)) {
    const startS = toSeconds(period, where);
    const before = startsS.at(-1);
    if (before !== undefined) {
      const distanceS = startS - before;
      if (distanceS <= 0) throw new UsageError(`${where}: period "${period}" is not after the one before`);
      distances.set(distanceS, (distances.get(distanceS) ?? 0) + 1);
    }
    startsS.push(startS);
    counts.push(toCount(count, where));
  }
  if (startsS.length < 2) throw new UsageError(`${path}: a trace needs at least two periods`);
  const [periodS = 1] = [...distances].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return { startsS: Float64Array.from(startsS), counts: Float64Array.from(counts), periodS };
}

type Period = { readonly where: string; readonly period: string; readonly count: string };

async function* periodsOf(path: string): AsyncGenerator<Period> {
  await access(path).catch((error: unknown) => {
    throw new UsageError(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const file = {
    path,
    columns: COLUMNS,
    required: COLUMNS.map((name) => [name]),
    ignored: new Set<string>(),
    onBytes: () => undefined,
  };
  for await (const rows of readRows(file)) {
    for (const row of rows) {
      const where = `${path}, line ${row.line}`;
      if (!row.ok) throw new UsageError(`${where}: ${row.reason}`);
      yield { where, period: textOf(row.values["period"]), count: textOf(row.values["count"]) };
    }
  }
}

export function traceScenario(path: string, trace: Trace, options: TraceOptions): Scenario {
  const { startsS, counts, periodS } = trace;
  const firstS = startsS[0] ?? 0;
  const lengthS = (startsS.at(-1) ?? 0) + periodS - firstS;
  const speed = options.speed ?? Math.max(1, Math.ceil(lengthS / DEFAULT_LONGEST_S));
  const durationS = lengthS / speed;
  if (durationS > MAX_S) {
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
    // The simulation asks for ascending times, so the search continues from the last period.
    loadAt: (atS) => {
      const traceS = firstS + atS * speed;
      if ((startsS[at] ?? 0) > traceS) at = 0;
      while (at + 1 < startsS.length && (startsS[at + 1] ?? 0) <= traceS) at += 1;
      // Nothing was recorded between two periods that are further apart.
      const inGap = traceS >= (startsS[at] ?? 0) + periodS;
      return inGap ? 0 : ((counts[at] ?? 0) / periodS / options.thresholdPerSec) * scale;
    },
    thresholdAt: () => 1,
    originUpAt: () => true,
  };
}

function textOf(cell: unknown): string {
  return typeof cell === "string" || typeof cell === "number" ? String(cell).trim() : "";
}

function toCount(text: string, where: string): number {
  const count = Number(text);
  if (text === "" || !(count >= 0) || !Number.isFinite(count)) {
    throw new UsageError(`${where}: count is "${text}", not a number from 0`);
  }
  return count;
}

/** Parses `1998-06-26 15:00:01` in UTC, ISO 8601, or seconds since 1970. */
function toSeconds(period: string, where: string): number {
  const plain = /^\d+(\.\d+)?$/.test(period) ? Number(period) : Number.NaN;
  const dated =
    Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(period) ? period : `${period.replace(" ", "T")}Z`) / 1000;
  const seconds = Number.isNaN(plain) ? dated : plain;
  if (!Number.isFinite(seconds)) throw new UsageError(`${where}: period "${period}" is not a time`);
  return seconds;
}
