/** Rows of a CSV or JSONL file, each with the line it starts on and the known columns by name. */
import { Readable, pipeline } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { readSourceText } from "./source-text.ts";

export type Row =
  | { readonly ok: true; readonly line: number; readonly values: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly line: number; readonly reason: string };

export type RowFile = {
  readonly path: string;
  /** Their names in any letter case; other columns are left out, and named in `ignored`. */
  readonly columns: readonly string[];
  /** Of each, a CSV header must have one name at least. */
  readonly required: readonly (readonly string[])[];
  readonly ignored: Set<string>;
  readonly onBytes: (bytes: number) => void;
};

const MAX_ROW_CHARACTERS = 1024 * 1024;

/** `csv` or `jsonl`, by the name of the file, gzipped or not. */
export function formatOf(path: string): "csv" | "jsonl" | undefined {
  const [, extension] = /\.(csv|jsonl|ndjson)(?:\.gz)?$/i.exec(path) ?? [];
  if (extension === undefined) return undefined;
  return extension.toLowerCase() === "csv" ? "csv" : "jsonl";
}

/** Never throws: a file that cannot be read on ends with a bad row that says why. */
export async function* readRows(file: RowFile): AsyncGenerator<Row, void, undefined> {
  const position = { line: 0 };
  try {
    yield* formatOf(file.path) === "jsonl" ? jsonRows(file, position) : csvRows(file, position);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    yield { ok: false, line: position.line + 1, reason: `the file cannot be read on from here: ${reason}` };
  }
}

type CsvRecord = { readonly record: readonly string[]; readonly info: { readonly lines: number } };

async function* csvRows(file: RowFile, position: { line: number }): AsyncGenerator<Row, void, undefined> {
  const broken: Row[] = [];
  const parser = parse({
    info: true,
    record_delimiter: "\n",
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_CHARACTERS,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) broken.push(toBadRow(error, position.line));
      return undefined;
    },
  });
  const records: AsyncIterable<CsvRecord> = pipeline(
    Readable.from(readSourceText(file.path, file.onBytes)),
    parser,
    () => undefined,
  );
  let columns: readonly (string | undefined)[] | undefined;
  for await (const { record, info } of records) {
    yield* broken.splice(0);
    position.line = info.lines;
    // The parser tells the record's last line; a quoted cell may hold more of them.
    const line = info.lines - record.reduce((sum, cell) => sum + lineBreaks(cell), 0);
    if (columns === undefined) {
      const header = readHeader(file, record);
      if (typeof header === "string") {
        yield { ok: false, line, reason: header };
        return;
      }
      columns = header;
    } else if (record.length !== columns.length) {
      const reason = `has ${record.length} columns where the header row has ${columns.length}`;
      yield { ok: false, line, reason };
    } else {
      const values: Record<string, unknown> = {};
      columns.forEach((name, at) => {
        if (name !== undefined && record[at] !== "") values[name] = record[at];
      });
      yield { ok: true, line, values };
    }
  }
  yield* broken;
  if (columns === undefined && broken.length === 0) {
    yield { ok: false, line: 1, reason: "the file is empty; it must start with a header row" };
  }
}

/** The known column at each position, or what is wrong with the header row. */
function readHeader(file: RowFile, record: readonly string[]): (string | undefined)[] | string {
  const nameOf = columnNames(file.columns);
  const columns = record.map((cell) => nameOf(cell));
  const missing = file.required.find((names) => !names.some((name) => columns.includes(name)));
  if (missing !== undefined) {
    return `the header row has no column ${missing.join(" or ")}; it has: ${record.join(", ").slice(0, 200)}`;
  }
  const twice = columns.find((name, at) => name !== undefined && columns.indexOf(name) < at);
  if (twice !== undefined) return `the header row has the column ${twice} twice`;
  record.forEach((cell, at) => {
    if (columns[at] === undefined) file.ignored.add(cell.trim());
  });
  return columns;
}

function columnNames(known: readonly string[]): (text: string) => string | undefined {
  const names = new Map(known.map((name) => [name.toLowerCase(), name]));
  return (text) => names.get(text.trim().toLowerCase());
}

function lineBreaks(cell: string): number {
  return cell.includes("\n") ? cell.split("\n").length - 1 : 0;
}

function toBadRow(error: CsvError, lastLine: number): Row {
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    return { ok: false, line: lastLine + 1, reason: "a quote is opened here or below and never closed" };
  }
  const at: unknown = error["lines"];
  return { ok: false, line: typeof at === "number" ? at : lastLine + 1, reason: error.message };
}

async function* jsonRows(file: RowFile, position: { line: number }): AsyncGenerator<Row, void, undefined> {
  const nameOf = columnNames(file.columns);
  let rest = "";
  for await (const chunk of readSourceText(file.path, file.onBytes)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      position.line += 1;
      if (text.trim() !== "") yield toRow(text, position.line, nameOf, file.ignored);
    }
    if (rest.length > MAX_ROW_CHARACTERS)
      throw new Error(`a line has more than ${MAX_ROW_CHARACTERS} characters`);
  }
  if (rest.trim() !== "") yield toRow(rest, position.line + 1, nameOf, file.ignored);
}

function toRow(
  text: string,
  line: number,
  nameOf: (text: string) => string | undefined,
  ignored: Set<string>,
): Row {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      line,
      reason: `is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, line, reason: "is not a JSON object" };
  }
  const values: Record<string, unknown> = {};
  for (const [key, own] of Object.entries(value)) {
    const name = nameOf(key);
    if (name === undefined) ignored.add(key);
    else if (own !== null && own !== "") values[name] = own;
  }
  return { ok: true, line, values };
}
