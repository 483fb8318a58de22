/** Rows of a CSV file (RFC 4180) with a header row. */
import { finished } from "node:stream/promises";
import { type CsvError, parse } from "csv-parse";
import { columnNames, MAX_ROW_CHARACTERS, type Position, type Row, type RowFile } from "./row-file.ts";
import { readSourceText } from "./source-text.ts";

/**
 * Rows as they stand in the file, good and bad, a chunk of the file's at a time. Up to the first quote a line is a row and a
 * comma ends a cell, which takes a fifth of the time that a parser needs; from there on csv-parse reads.
 */
export async function* csvRows(file: RowFile, position: Position): AsyncGenerator<Row[], void, undefined> {
  const table = createTable(file);
  let plain = true;
  let held = "";
  let parser: RecordParser | undefined;
  for await (const chunk of readSourceText(file.path, file.onBytes)) {
    const text = held + chunk;
    const end = text.lastIndexOf("\n") + 1;
    plain &&= !text.includes('"') && text.length - end <= MAX_ROW_CHARACTERS;
    held = plain ? text.slice(end) : "";
    if (plain) table.takeLines(text.slice(0, end), position);
    else {
      parser ??= createRecordParser(table, position);
      await parser.write(text);
    }
    yield table.rows.splice(0);
    if (table.headless()) return;
  }
  if (plain) table.takeLines(held, position);
  await parser?.end();
  if (!table.begun() && table.rows.length === 0) {
    table.rows.push({ ok: false, line: 1, reason: "the file is empty; it must start with a header row" });
  }
  yield table.rows;
}

type Table = {
  /** Those that nobody has taken yet. */
  readonly rows: Row[];
  readonly take: (record: readonly string[], line: number) => void;
  /** Whole lines without a quote. */
  readonly takeLines: (text: string, position: Position) => void;
  readonly begun: () => boolean;
  /** The header row is none, which is told once. */
  readonly headless: () => boolean;
};

function createTable(file: RowFile): Table {
  const rows: Row[] = [];
  let header: readonly (string | undefined)[] | string | undefined;
  const take = (record: readonly string[], line: number): void => {
    if (typeof header === "string") return;
    if (header !== undefined) {
      rows.push(toRow(record, header, line));
      return;
    }
    header = readHeader(file, record);
    if (typeof header === "string") rows.push({ ok: false, line, reason: header });
  };
  return {
    rows,
    take,
    takeLines: (text, position) => {
      for (let from = 0; from < text.length;) {
        const newline = text.indexOf("\n", from);
        const to = newline < 0 ? text.length : newline;
        position.line += 1;
        if (to > from) take(text.slice(from, to).split(","), position.line);
        from = to + 1;
      }
    },
    begun: () => header !== undefined,
    headless: () => typeof header === "string",
  };
}

type RecordParser = {
  readonly write: (text: string) => Promise<void>;
  readonly end: () => Promise<void>;
};

/** csv-parse, from the line after `position` on. */
function createRecordParser(table: Table, position: Position): RecordParser {
  const first = position.line;
  const parser = parse({
    record_delimiter: "\n",
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_CHARACTERS,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) table.rows.push(toBadRow(error, first, position.line));
      return undefined;
    },
    // Taken here, in order with what is skipped, and not from the stream.
    on_record: (record: string[], { lines }) => {
      position.line = first + lines;
      // The parser tells the record's last line; a quoted cell may hold more of them.
      table.take(record, position.line - lineBreaks(record));
      return null;
    },
  });
  const ended = finished(parser, { readable: false });
  // Awaited at the end; a text that fails has told before.
  ended.catch(() => undefined);
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        parser.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    end: () => {
      parser.end();
      return ended;
    },
  };
}

function toRow(record: readonly string[], columns: readonly (string | undefined)[], line: number): Row {
  if (record.length !== columns.length) {
    const reason = `has ${record.length} columns where the header row has ${columns.length}`;
    return { ok: false, line, reason };
  }
  const values: Record<string, unknown> = {};
  for (let at = 0; at < record.length; at += 1) {
    const name = columns[at];
    if (name !== undefined && record[at] !== "") values[name] = record[at];
  }
  return { ok: true, line, values };
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

function lineBreaks(record: readonly string[]): number {
  let breaks = 0;
  for (const cell of record) if (cell.includes("\n")) breaks += cell.split("\n").length - 1;
  return breaks;
}

/** `first`: the lines before the parser's own. */
function toBadRow(error: CsvError, first: number, lastLine: number): Row {
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    return { ok: false, line: lastLine + 1, reason: "a quote is opened here or below and never closed" };
  }
  const at: unknown = error["lines"];
  return { ok: false, line: typeof at === "number" ? first + at : lastLine + 1, reason: error.message };
}
