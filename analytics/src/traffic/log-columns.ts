/** What a log's columns are, and what a reader of one needs. */
import type { TrafficSink } from "./traffic-source.ts";

export const LOG_COLUMNS = ["time", "user", "network", "agent", "category", "method"] as const;
export type LogColumn = (typeof LOG_COLUMNS)[number];
/** What else these columns are called, letter case and - _ left aside. */
const ALIASES: Readonly<Record<string, LogColumn>> = {
  timestamp: "time",
  ts: "time",
  datetime: "time",
  timems: "time",
  userid: "user",
  id: "user",
  ip: "network",
  clientip: "network",
  useragent: "agent",
  ua: "agent",
  endpoint: "category",
  context: "category",
  verb: "method",
  httpmethod: "method",
};
export function columnOf(name: string): LogColumn | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z]/g, "");
  return LOG_COLUMNS.find((column) => column === plain) ?? ALIASES[plain];
}

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
};

/** Tells what is missing or unknown; false when the file cannot be read for that. */
export function checkColumns(names: readonly string[], line: number, reading: LogReading): boolean {
  const has = (column: LogColumn): boolean => names.some((name) => columnOf(name) === column);
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
  const unknown = names.filter((name) => columnOf(name) === undefined);
  if (unknown.length > 0) reading.notice(`columns that are not known were ignored: ${unknown.join(", ")}`);
  return true;
}
