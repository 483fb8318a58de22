/**
 * Reads visits from CSV, JSONL or an access log, plain or packed; what is wrong is said with file and line.
 */
import { basename } from "node:path";
import { sourceBytes } from "@spillway/kit/tabular/source.ts";
import { reasonOf } from "@spillway/kit/reason-of.ts";
import { detectFormat } from "@spillway/analytics/logs/detect-format.ts";
import { DataError } from "../errors.ts";
import { itemReader } from "./item-from.ts";
import { createFindings } from "./findings.ts";
import { readLogVisits } from "./log-visits.ts";
import { isVisitHeader, isVisitObject, readRowVisits } from "./row-visits.ts";
import type { VisitSink } from "./visit-sink.ts";
import { createVisitTable, type Visits } from "./visit-table.ts";

export type VisitFile = {
  readonly path: string;
  /** Where a URL names its item (item-from.ts), for logs, and for rows without an item. */
  readonly itemFrom: string;
  /** The platform's own hosts: who comes from there was on the site already. */
  readonly ownHosts: readonly string[];
  readonly onBytes?: (bytes: number) => void;
};

export type ReadVisits = {
  readonly visits: Visits;
  readonly format: string;
  /** What was left out, and why, with counts. */
  readonly leftOut: Readonly<Record<string, number>>;
};

/** So much of a file is looked at before it is read. */
const HEAD_CHARACTERS = 65_536;

/** Throws a {@link DataError} that names every problem. */
export async function readVisits({
  path,
  itemFrom,
  ownHosts,
  onBytes = () => undefined,
}: VisitFile): Promise<ReadVisits> {
  const itemOf = itemReader(itemFrom);
  if (itemOf === undefined) throw new RangeError(`${itemFrom} names no place in a URL`);
  const name = basename(path);
  const sink: VisitSink = { table: createVisitTable(), findings: createFindings(name), itemOf, ownHosts };
  const head = await headOf(path);
  const rows = rowFormatOf(head);
  let format: string;
  if (rows === undefined) {
    const detected = otherSeparator(head) === undefined ? detectFormat(head, "") : undefined;
    if (detected?.ok !== true || typeof detected.format === "string")
      throw new DataError(`${name}:1: ${notVisits(head)}`);
    format = detected.format.name;
    await readLogVisits(path, detected.format, sink, onBytes);
  } else {
    format = rows;
    await readRowVisits(path, rows, sink, onBytes);
  }
  sink.findings.throwIfBad(sink.table.size(), rows === undefined);
  if (sink.table.size() === 0) {
    const why = Object.entries(sink.findings.leftOut()).map(([reason, count]) => `${count} ${reason}`);
    throw new DataError(`${name}: has no visits${why.length === 0 ? "" : ` (${why.join(", ")})`}`);
  }
  return { visits: sink.table.sorted(), format, leftOut: sink.findings.leftOut() };
}

async function headOf(path: string): Promise<string> {
  const decoder = new TextDecoder();
  let head = "";
  try {
    for await (const chunk of sourceBytes(path, () => undefined)) {
      head += decoder.decode(chunk, { stream: true });
      if (head.length > HEAD_CHARACTERS) break;
    }
  } catch (error) {
    if (head === "")
      throw new DataError(`${basename(path)}: cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  if (head.trim() === "") throw new DataError(`${basename(path)}: is empty`);
  const end = head.lastIndexOf("\n");
  return end < 0 ? head : head.slice(0, end);
}

/** A header row with a time and an item, or JSON objects with both. */
function rowFormatOf(head: string): "csv" | "jsonl" | undefined {
  const first =
    head
      .replace(/^\u{FEFF}/u, "")
      .split("\n")
      .find((line) => line.trim() !== "") ?? "";
  if (first.trimStart().startsWith("{")) return isVisitObject(first) ? "jsonl" : undefined;
  return isVisitHeader(first) ? "csv" : undefined;
}

/** Separators that are not read, by the name they go by. */
const OTHER_SEPARATORS: readonly (readonly [string, string])[] = [
  [";", "semicolons"],
  ["\t", "tabs"],
];

/** Whether the first line is a header row, if by another separator. */
function otherSeparator(head: string): string | undefined {
  const first = head.trimStart().split("\n", 1)[0] ?? "";
  return OTHER_SEPARATORS.find(
    ([separator]) => first.includes(separator) && isVisitHeader(first.replaceAll(separator, ",")),
  )?.[1];
}

function notVisits(head: string): string {
  const separator = otherSeparator(head);
  if (separator !== undefined) return `has its columns separated by ${separator}, and not by commas`;
  const begins = JSON.stringify(head.trimStart().split("\n", 1)[0]?.slice(0, 80));
  return `is neither a header row nor a JSON object with a time and an item (or a url), nor a line of an access log. It begins: ${begins}`;
}
