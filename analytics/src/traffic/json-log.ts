/** Reads a JSONL log, plain or gzipped, into a traffic sink. Each line is one JSON object. */
import { TIME_FORM, parseTimeMs } from "@spillway/shared/protocol/time.ts";
import { jsonRows } from "@spillway/kit/tabular/json-rows.ts";
import type { Source } from "@spillway/kit/tabular/source.ts";
import { columnOf, LOG_COLUMNS, type LogColumn, type LogReading } from "./log-columns.ts";
import { takeOtherRecord, takeRecord } from "./traffic-source.ts";

export async function readJsonLog(path: string, source: Source, reading: LogReading): Promise<void> {
  const ignored = new Set<string>();
  const columns = new Map<string, LogColumn | undefined>();
  const nameOf = (key: string): LogColumn | undefined => {
    if (!columns.has(key)) columns.set(key, columnOf(key));
    return columns.get(key);
  };
  const position = { line: 0 };
  const { onBytes } = reading;
  const file = {
    path,
    source,
    columns: LOG_COLUMNS,
    required: [],
    ignored,
    nameOf,
    isLenient: true,
    onBytes,
  };
  for await (const rows of jsonRows(file, position)) {
    for (const row of rows) {
      const reason = row.ok ? takeValues(row.values, reading) : row.reason;
      if (reason !== undefined) reading.bad(row.line, reason);
    }
  }
  if (position.line === 0 && reading.rows === 0) reading.bad(1, "the file holds no rows");
  if (ignored.size > 0) reading.notice(`columns that are not known were ignored: ${[...ignored].join(", ")}`);
}

/** Returns what is wrong with the row, or undefined. */
function takeValues(values: Readonly<Record<string, unknown>>, reading: LogReading): string | undefined {
  const timeMs = parseTimeMs(values["time"]);
  if (timeMs === undefined) return `time: ${TIME_FORM}`;
  const user = textOf(values["user"]);
  if (user === "") return "user: is missing";
  const category = textOf(values["category"]);
  if (category === "") return "category: is missing";
  const method = (textOf(values["method"]) || "GET").toUpperCase();
  reading.rows += 1;
  const [network, agent] = [textOf(values["network"]), textOf(values["agent"])];
  if (method !== "GET" && method !== "POST") {
    reading.otherMethods += 1;
    takeOtherRecord(reading.sink, { timeMs, user, network, agent, count: 1 });
    return undefined;
  }
  takeRecord(reading.sink, { timeMs, user, network, agent, category, method, count: 1 });
  return undefined;
}

/** Ids are often numbers in JSON. Values that are neither text nor number count as empty. */
function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
