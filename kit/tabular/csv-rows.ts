/** Rows of a CSV file (RFC 4180) with a header row, as text by the name of the column. */
import type { CsvCells } from "./csv-cells.ts";
import { scanCsv } from "./csv-scan.ts";
import { columnNames, type Position, type Row, type RowFile } from "./row-file.ts";

const QUOTE = 0x22;

/**
 * Rows as they stand in the file, good and bad, a chunk of the file's at a time. Throws where it is not
 * UTF-8.
 */
export async function* csvRows(file: RowFile, position: Position): AsyncGenerator<Row[], void, undefined> {
  const rows: Row[] = [];
  const text = createLineText();
  let columns: readonly Column[] = [];
  const scan = scanCsv(file.source ?? file.path, {
    onBytes: file.onBytes,
    lines: text.take,
    bad: (line, reason) => rows.push({ ok: false, line, reason }),
    header: (names, line) => {
      const read = readHeader(file, names);
      if (typeof read === "string") rows.push({ ok: false, line, reason: read, endsFile: true });
      else columns = read;
      return typeof read !== "string";
    },
    row: (bytes, cells, line) => rows.push(toRow(bytes, cells, line, columns, text)),
  });
  for await (const line of scan) {
    position.line = line;
    yield rows.splice(0);
  }
}

type Column = { readonly name: string; readonly at: number };

function toRow(
  bytes: Uint8Array,
  { starts, ends, doubled }: CsvCells,
  line: number,
  columns: readonly Column[],
  text: LineText,
): Row {
  const values: Record<string, unknown> = {};
  for (const { name, at } of columns) {
    const [from = 0, to = 0] = [starts[at], ends[at]];
    if (to <= from) continue;
    // A row with doubled quotes has been rewritten since its lines were decoded.
    const cell = doubled > 0 ? text.decode(bytes, from, to) : text.cell(from, to);
    if (text.hasQuotes() && bytes[from - 1] !== QUOTE && cell.includes('"')) {
      return { ok: false, line, reason: `Invalid Opening Quote: column ${at + 1} has a quote in its middle` };
    }
    values[name] = cell;
  }
  return { ok: true, line, values };
}

type LineText = ReturnType<typeof createLineText>;

/**
 * Decodes, and checks, whole lines at once: where they are ASCII, as most are, a cell is a slice of their
 * text.
 */
function createLineText() {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let buffer: Buffer = Buffer.alloc(0);
  let start = 0;
  let isAscii = true;
  let hasReturns = false;
  let hasQuotes = false;
  const clean = (cell: string): string => (hasReturns ? unixLines(cell) : cell);
  return {
    take: (bytes: Uint8Array, from: number, to: number): void => {
      text = to > from ? decoder.decode(bytes.subarray(from, to)) : "";
      buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      start = from;
      isAscii = text.length === to - from;
      hasReturns = text.includes("\r");
      hasQuotes = text.includes('"');
    },
    cell: (from: number, to: number): string =>
      clean(isAscii ? text.slice(from - start, to - start) : buffer.toString("utf8", from, to)),
    decode: (bytes: Uint8Array, from: number, to: number): string =>
      unixLines(decoder.decode(bytes.subarray(from, to))),
    hasQuotes: (): boolean => hasQuotes,
  };
}

function unixLines(cell: string): string {
  return cell.includes("\r") ? cell.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : cell;
}

/** Where each known column stands, or what is wrong with the header row. */
function readHeader(file: RowFile, names: readonly string[]): Column[] | string {
  const nameOf = file.nameOf ?? columnNames(file.columns);
  let columns: Column[] = [];
  for (const [at, cell] of names.entries()) {
    const name = nameOf(cell);
    if (name !== undefined) columns.push({ name, at });
  }
  const { rankOf } = file;
  if (rankOf !== undefined) {
    const rankAt = ({ at }: Column): number => rankOf(names[at] ?? "");
    const isOutranked = (column: Column): boolean =>
      columns.some((other) => other.name === column.name && rankAt(other) < rankAt(column));
    columns = columns.filter((column) => !isOutranked(column));
  }
  const known = columns.map(({ name }) => name);
  const missing = file.required.find((alternatives) => !alternatives.some((name) => known.includes(name)));
  if (missing !== undefined) {
    return `the header row has no column ${missing.join(" or ")}; it has: ${names.join(", ").slice(0, 200)}`;
  }
  const twice = known.find((name, at) => known.indexOf(name) < at);
  if (twice !== undefined) return `the header row has the column ${twice} twice`;
  for (const cell of names) if (nameOf(cell) === undefined) file.ignored.add(cell.trim());
  return columns;
}
