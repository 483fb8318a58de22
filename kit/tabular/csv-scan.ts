/**
 * Scans a CSV file (RFC 4180), plain or gzipped, row by row in its bytes: the one path for files of gigabytes
 * and of lines.
 */
import { csvCells, makeSingle, scanRow, type CsvCells } from "./csv-cells.ts";
import { MAX_ROW_CHARACTERS } from "./row-file.ts";
import { sourceBytes, type Source } from "./source.ts";

export type CsvReader = {
  /**
   * Gets the header row's names as they stand there. False: the file cannot be read for that, and the scan
   * ends.
   */
  readonly header: (names: readonly string[], line: number) => boolean;
  /**
   * Gets each row that has as many cells as the header row; `cells` are places in `bytes`, valid during the
   * call.
   */
  readonly row: (bytes: Uint8Array, cells: CsvCells, line: number) => void;
  readonly bad: (line: number, reason: string) => void;
  /** Gets whole lines before they are scanned. */
  readonly lines?: (bytes: Uint8Array, from: number, to: number) => void;
  readonly onBytes: (bytes: number) => void;
};

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf];
const NOTHING = new Uint8Array(0);
const NEVER_CLOSED = "a quote is opened here and never closed";

/**
 * Yields after each chunk of the file, with the number of lines so far. Throws when the file cannot be read
 * or unpacked.
 */
export async function* scanCsv(source: Source, reader: CsvReader): AsyncGenerator<number, void, undefined> {
  const scan = createScan(reader);
  let held: Uint8Array = NOTHING;
  let first = true;
  for await (const chunk of sourceBytes(source, reader.onBytes)) {
    const bytes = new Uint8Array(held.length + chunk.length);
    bytes.set(held);
    bytes.set(chunk, held.length);
    let from = 0;
    if (first) {
      if (bytes.length < BOM.length) {
        held = bytes;
        continue;
      }
      if (BOM.every((byte, at) => bytes[at] === byte)) from = BOM.length;
      first = false;
    }
    held = bytes.subarray(scan.take(bytes, from));
    yield scan.line();
    if (scan.stopped()) return;
  }
  scan.end(held);
  yield scan.line();
}

function createScan({ header, row, bad, lines = () => undefined }: CsvReader) {
  const cells = csvCells();
  let line = 0;
  /** How many the header row has; -1 before it is read. */
  let columns = -1;
  let stopped = false;
  /** The line that is left out goes on in the next bytes. */
  let skipping = false;
  const takeRow = (bytes: Uint8Array): void => {
    if (cells.doubled > 0) makeSingle(bytes, cells);
    if (columns < 0) {
      columns = cells.count;
      stopped = !header(namesOf(bytes, cells), line + 1);
    } else if (cells.count !== columns) {
      bad(line + 1, `has ${cells.count} columns where the header row has ${columns}`);
    } else if (cells.badCell > 0) {
      bad(line + 1, `column ${cells.badCell}: has text after its closing quote`);
    } else row(bytes, cells, line + 1);
  };
  const skipLine = (bytes: Uint8Array, from: number): number => {
    const end = bytes.indexOf(LF, from);
    skipping = end < 0;
    if (skipping) return bytes.length;
    line += 1;
    return end + 1;
  };
  /** Whatever is wrong with a row, the next line may be one again. */
  const lineAfter = (bytes: Uint8Array, from: number, reason: string): number => {
    bad(line + 1, reason);
    return skipLine(bytes, from);
  };
  /** Returns how far it came: to the end, but for a row that is not whole yet. */
  const take = (bytes: Uint8Array, begin: number, isEnd = false): number => {
    const end = endLines(bytes, begin, isEnd);
    let from = skipping ? skipLine(bytes, begin) : begin;
    lines(bytes, from, bytes.lastIndexOf(LF, end - 1) + 1);
    for (;;) {
      if (stopped) return from;
      // Empty lines are no rows.
      while (bytes[from] === LF || (bytes[from] === CR && bytes[from + 1] === LF)) {
        from += bytes[from] === LF ? 1 : 2;
        line += 1;
      }
      const next = scanRow(bytes, from, end, cells);
      if (next < 0) {
        const isTooLong = bytes.length - from > MAX_ROW_CHARACTERS;
        if (from === bytes.length || !(isEnd || isTooLong)) return from;
        const reason = isTooLong
          ? `a row has more than ${MAX_ROW_CHARACTERS} bytes: a quote that is never closed?`
          : NEVER_CLOSED;
        from = lineAfter(bytes, from, reason);
        continue;
      }
      // A quote that is not closed takes the next lines with it, up to the next quote.
      if (cells.lines > 1 && columns >= 0 && (cells.badCell > 0 || cells.count !== columns)) {
        from = lineAfter(bytes, from, NEVER_CLOSED);
        continue;
      }
      takeRow(bytes);
      line += cells.lines;
      from = next;
    }
  };
  return {
    take,
    line: () => line,
    stopped: () => stopped,
    /** What stands after the last line break. */
    end: (held: Uint8Array): void => {
      const last = new Uint8Array(held.length + 1);
      last.set(held);
      last[held.length] = LF;
      if (held.length > 0) take(last, 0, true);
      if (columns < 0 && !stopped && !skipping && line === 0) {
        bad(1, "the file is empty; it must start with a header row");
      }
    },
  };
}

/**
 * Makes each CR that stands alone a line's end, as files from old Macs have it. Returns where what can be
 * scanned ends: a CR at the end of a chunk may be half a line ending.
 */
function endLines(bytes: Uint8Array, from: number, isEnd: boolean): number {
  for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (at + 1 === bytes.length) return isEnd ? bytes.length : at;
    if (bytes[at + 1] !== LF) bytes[at] = LF;
  }
  return bytes.length;
}

function namesOf(bytes: Uint8Array, { starts, ends, count }: CsvCells): string[] {
  const decoder = new TextDecoder();
  return Array.from({ length: Math.min(count, starts.length) }, (_, cell) =>
    decoder.decode(bytes.subarray(starts[cell], ends[cell])),
  );
}
