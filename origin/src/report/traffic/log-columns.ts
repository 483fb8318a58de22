/** What a log's columns are, and what a reader of one needs. */
import type { TrafficSink } from "./traffic-source.ts";

export const LOG_COLUMNS = ["time", "user", "network", "agent", "category", "method"] as const;
export type LogColumn = (typeof LOG_COLUMNS)[number];
/** Without the others the report has less evidence, and says so. */
const REQUIRED: readonly LogColumn[] = ["time", "user", "category"];

/** A file that is being read. */
export type LogReading = {
  readonly sink: TrafficSink;
  readonly bad: (line: number, reason: string) => void;
  readonly notice: (text: string) => void;
  readonly onBytes: (bytes: number) => void;
  /** Good ones so far. */
  rows: number;
  /** Of these, how many were neither GET nor POST, and are left out. */
  otherMethods: number;
  /** Of the header row. */
  columns: number;
};

/** Tells what is missing or unknown; false when the file cannot be read for that. */
export function checkColumns(names: readonly string[], line: number, reading: LogReading): boolean {
  const has = (column: LogColumn): boolean => names.some((name) => name.toLowerCase() === column);
  const missing = REQUIRED.find((column) => !has(column));
  if (missing !== undefined) {
    const told = names.join(", ").slice(0, 200);
    reading.bad(line, `the header row has no column ${missing}; it has: ${told}`);
    return false;
  }
  const absent = LOG_COLUMNS.filter((column) => !has(column));
  if (absent.length > 0) {
    reading.notice(`no column ${absent.join(", ")}: that evidence is missing`);
  }
  const unknown = names.filter((name) => !LOG_COLUMNS.some((column) => column === name.toLowerCase()));
  if (unknown.length > 0) reading.notice(`columns that are not known were ignored: ${unknown.join(", ")}`);
  reading.columns = names.length;
  return true;
}
