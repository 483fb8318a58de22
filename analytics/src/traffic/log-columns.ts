/** The columns of a log, and what a reader of a log needs. */
import type { TrafficSink } from "./traffic-source.ts";

export const LOG_COLUMNS = ["time", "user", "network", "agent", "category", "method"] as const;
export type LogColumn = (typeof LOG_COLUMNS)[number];
/** Other names of these columns. Letter case, `-` and `_` are ignored. */
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

/** The report needs these columns. Without the others it has less evidence, and prints a notice. */
const REQUIRED: readonly LogColumn[] = ["time", "user", "category"];

/** The state of a file that is being read. */
export type LogReading = {
  readonly sink: TrafficSink;
  readonly bad: (line: number, reason: string) => void;
  readonly notice: (text: string) => void;
  readonly onBytes: (bytes: number) => void;
  /** Valid rows so far. */
  rows: number;
  /** Valid rows that are neither GET nor POST, and so are no calls. */
  otherMethods: number;
};

/** Reports missing and unknown columns. Returns false when the file cannot be read without a missing one. */
export function checkColumns(names: readonly string[], line: number, reading: LogReading): boolean {
  const has = (column: LogColumn): boolean => names.some((name) => columnOf(name) === column);
  const missing = REQUIRED.find((column) => !has(column));
  if (missing !== undefined) {
    const found = names.join(", ").slice(0, 200);
    reading.bad(line, `the header row has no column ${missing}; it has: ${found}`);
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
