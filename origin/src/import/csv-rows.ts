/** Rows of a CSV file (RFC 4180) with a header row. */
import { Readable, pipeline } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { columnNames, MAX_ROW_CHARACTERS, type Position, type Row, type RowFile } from "./row-file.ts";
import { readSourceText } from "./source-text.ts";

type CsvRecord = { readonly record: readonly string[]; readonly info: { readonly lines: number } };

export async function* csvRows(file: RowFile, position: Position): AsyncGenerator<Row, void, undefined> {
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
