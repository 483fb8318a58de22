/** Tells the format of a log from its first lines. */
import { columnOf } from "../traffic/log-columns.ts";
import { FORMATS, formatOfLine, type LogFormat, type RowFormat } from "./formats.ts";

/** So many lines are looked at: the first one may be cut, and others may be of another making. */
const LINES_LOOKED_AT = 100;

export const EMPTY = "the file is empty";

/** A byte order mark, and zeros (see read-lines.ts). */
const LEADING = /^[\0\u{FEFF}]+/u;

export type Detected =
  | { readonly ok: true; readonly format: LogFormat | RowFormat }
  | { readonly ok: false; readonly reason: string };

/**
 * `head` is the beginning of a file, as far as whole lines go. A name that ends in `.csv` or `.jsonl` helps
 * where the lines do not tell.
 */
export function detectFormat(head: string, path: string): Detected {
  const lines = head
    .split("\n")
    .map((line) => line.replace(LEADING, "").trim())
    .filter((line) => line !== "")
    .slice(0, LINES_LOOKED_AT);
  const byName = /\.(csv|jsonl|ndjson)(?:\.\w+)?$/i.exec(path)?.[1]?.toLowerCase();
  const isCsv = byName === "csv" || isHeader(lines[0] ?? "");
  const votes = new Map<LogFormat | RowFormat, number>();
  for (const line of isCsv ? [] : lines) {
    const format = formatOfLine(line);
    if (format !== undefined) votes.set(format, (votes.get(format) ?? 0) + 1);
  }
  const [best] = [...votes].toSorted(([, a], [, b]) => b - a);
  if (best !== undefined) return { ok: true, format: best[0] };
  if (isCsv) return { ok: true, format: "csv" };
  if (byName !== undefined) return { ok: true, format: "jsonl" };
  if (lines.length === 0) return { ok: false, reason: EMPTY };
  if (lines[0]?.startsWith("[") === true) {
    return {
      ok: false,
      reason: "is a JSON array: a log has one JSON object a line (jq -c '.[]' makes them)",
    };
  }
  const known = FORMATS.map(({ name }) => name).join(", ");
  return {
    ok: false,
    reason: `is in no format that is known (${known}; or CSV or JSON rows of time, user, category); --format names one. It begins: ${JSON.stringify(lines[0]?.slice(0, 80))}`,
  };
}

/** The header row of a CSV file names a time, a user and a category, by any of their names. */
function isHeader(line: string): boolean {
  const columns = new Set(line.split(",").map((name) => columnOf(name.replaceAll('"', ""))));
  return columns.has("time") && columns.has("category");
}
