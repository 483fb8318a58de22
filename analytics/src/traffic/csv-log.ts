/** A CSV log, plain or gzipped, into a traffic sink: the hot path, from bytes to numbers with no text between. */
import { readSourceBytes } from "@spillway/origin/import/source-text.ts";
import { MAX_ROW_CHARACTERS } from "@spillway/origin/import/row-file.ts";
import { csvCells, makeSingle, scanRow, type CsvCells } from "./csv-cells.ts";
import { createTimeReader } from "./log-time.ts";
import { checkColumns, columnOf, LOG_COLUMNS, type LogColumn, type LogReading } from "./log-columns.ts";

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf];
const NOTHING = new Uint8Array(0);

/** Position of each known column in the row, -1 where the file has none. */
type Places = Readonly<Record<LogColumn, number>>;

export async function readCsvLog(path: string, reading: LogReading): Promise<void> {
  const rows = createRowTaker(reading);
  let held: Uint8Array = NOTHING;
  let first = true;
  for await (const chunk of readSourceBytes(path, reading.onBytes)) {
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
    held = bytes.subarray(rows.take(bytes, from));
    if (rows.stopped()) return;
  }
  rows.end(held);
}

function createRowTaker(reading: LogReading) {
  const cells = csvCells();
  const takeRow = createRow(reading, cells);
  let line = 0;
  let places: Places | undefined;
  let stopped = false;
  /** The line that is left out goes on in the next bytes. */
  let skipping = false;
  const takeScanned = (bytes: Uint8Array): void => {
    if (cells.doubled > 0) makeSingle(bytes, cells);
    if (places === undefined) {
      places = readHeader(bytes, cells, line + 1, reading);
      stopped = places === undefined;
    } else takeRow(bytes, places, line + 1);
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
    reading.bad(line + 1, reason);
    return skipLine(bytes, from);
  };
  /** Returns how far it came: to the end, but for a row that is not whole yet. */
  const take = (bytes: Uint8Array, begin: number, isEnd = false): number => {
    let from = skipping ? skipLine(bytes, begin) : begin;
    for (;;) {
      if (stopped) return from;
      // Empty lines are no rows.
      while (bytes[from] === LF || (bytes[from] === CR && bytes[from + 1] === LF)) {
        from += bytes[from] === LF ? 1 : 2;
        line += 1;
      }
      const next = scanRow(bytes, from, bytes.length, cells);
      if (next < 0) {
        const isTooLong = bytes.length - from > MAX_ROW_CHARACTERS;
        if (from === bytes.length || !(isEnd || isTooLong)) return from;
        const reason = isTooLong
          ? `a row has more than ${MAX_ROW_CHARACTERS} bytes: a quote that is never closed?`
          : "a quote is opened here and never closed";
        from = lineAfter(bytes, from, reason);
        continue;
      }
      // A quote that is not closed takes the next lines with it, up to the next quote.
      if (cells.lines > 1 && places !== undefined && (cells.badCell > 0 || cells.count !== reading.columns)) {
        from = lineAfter(bytes, from, "a quote is opened here and never closed");
        continue;
      }
      takeScanned(bytes);
      line += cells.lines;
      from = next;
    }
  };
  return {
    take,
    stopped: () => stopped,
    /** What stands after the last line break. */
    end: (held: Uint8Array): void => {
      const last = new Uint8Array(held.length + 1);
      last.set(held);
      last[held.length] = LF;
      if (held.length > 0) take(last, 0, true);
      if (places === undefined && !stopped && !skipping && line === 0) {
        reading.bad(1, "the file is empty; it must start with a header row");
      }
    },
  };
}

function readHeader(
  bytes: Uint8Array,
  { starts, ends, count }: CsvCells,
  line: number,
  reading: LogReading,
): Places | undefined {
  const names = Array.from({ length: Math.min(count, starts.length) }, (_, cell) =>
    new TextDecoder().decode(bytes.subarray(starts[cell], ends[cell])).trim(),
  );
  const places = Object.fromEntries(
    LOG_COLUMNS.map((column) => [column, names.findIndex((name) => columnOf(name) === column)]),
  ) as Record<LogColumn, number>;
  const twice = LOG_COLUMNS.find((column) => names.filter((name) => columnOf(name) === column).length > 1);
  if (twice !== undefined) {
    reading.bad(line, `the header row has the column ${twice} twice`);
    return undefined;
  }
  return checkColumns(names, line, reading) ? places : undefined;
}

function createRow(reading: LogReading, cells: CsvCells) {
  const { sink, bad } = reading;
  const timeOf = createTimeReader();
  const { starts, ends } = cells;
  const none = { network: sink.networks.ofText(""), agent: sink.agents.ofText("") };
  return (bytes: Uint8Array, places: Places, line: number): void => {
    if (cells.count !== reading.columns) {
      bad(line, `has ${cells.count} columns where the header row has ${reading.columns}`);
      return;
    }
    if (cells.badCell > 0) {
      bad(line, `column ${cells.badCell}: has text after its closing quote`);
      return;
    }
    const { time, user, category, network, agent, method } = places;
    const timeS = timeOf(bytes, starts[time]!, ends[time]!);
    if (timeS === undefined) {
      bad(line, "time: must be ISO 8601, or seconds or milliseconds since 1970");
      return;
    }
    const problem = emptyCell(starts, ends, user, category);
    if (problem !== undefined) {
      bad(line, `${problem}: is missing`);
      return;
    }
    const post = method < 0 ? 0 : methodOf(bytes, starts[method]!, ends[method]!);
    reading.rows += 1;
    if (post === 2) {
      reading.otherMethods += 1;
      return;
    }
    sink.take(
      timeS,
      sink.users.of(bytes, starts[user]!, ends[user]!),
      network < 0 ? none.network : sink.networks.of(bytes, starts[network]!, ends[network]!),
      agent < 0 ? none.agent : sink.agents.of(bytes, starts[agent]!, ends[agent]!),
      sink.categories.of(bytes, starts[category]!, ends[category]!),
      post === 1,
      1,
    );
  };
}

function emptyCell(
  starts: Int32Array,
  ends: Int32Array,
  user: number,
  category: number,
): LogColumn | undefined {
  if (starts[user] === ends[user]) return "user";
  return starts[category] === ends[category] ? "category" : undefined;
}

/** 0: GET, or none given; 1: POST; 2: another. */
function methodOf(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from) return 0;
  // In lower case.
  const first = bytes[from]! | 0x20;
  if (to - from === 3 && first === 0x67) return 0;
  return to - from === 4 && first === 0x70 && (bytes[from + 1]! | 0x20) === 0x6f ? 1 : 2;
}
