/** Rows of a CSV or JSONL file, whichever it is. */
import { reasonOf } from "../reason-of.ts";
import { csvRows } from "./csv-rows.ts";
import { jsonRows } from "./json-rows.ts";
import type { Row, RowFile } from "./row-file.ts";

/** `csv` or `jsonl`, by the name of the file, packed or not. */
export function formatOf(path: string): "csv" | "jsonl" | undefined {
  const [, extension] = /\.(csv|jsonl|ndjson)(?:\.(?:gz|zst))?$/i.exec(path) ?? [];
  if (extension === undefined) return undefined;
  return extension.toLowerCase() === "csv" ? "csv" : "jsonl";
}

/**
 * A few thousand at a time. Never throws: a file that cannot be read on ends with a bad row that says why.
 */
export async function* readRows(file: RowFile): AsyncGenerator<Row[], void, undefined> {
  const position = { line: 0 };
  try {
    yield* formatOf(file.path) === "jsonl" ? jsonRows(file, position) : csvRows(file, position);
  } catch (error) {
    const reason = reasonOf(error);
    const text = `the file cannot be read on from here: ${reason}`;
    yield [{ ok: false, line: position.line + 1, reason: text, endsFile: true }];
  }
}
