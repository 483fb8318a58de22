/** A CSV log, plain or gzipped, into a traffic sink: the hot path, from bytes to numbers with no text between. */
import type { CsvCells } from "@spillway/kit/tabular/csv-cells.ts";
import { scanCsv } from "@spillway/kit/tabular/csv-scan.ts";
import { createTimeReader } from "./log-time.ts";
import { checkColumns, columnOf, LOG_COLUMNS, type LogColumn, type LogReading } from "./log-columns.ts";

/** Position of each known column in the row, -1 where the file has none. */
type Places = Readonly<Record<LogColumn, number>>;

export async function readCsvLog(path: string, reading: LogReading): Promise<void> {
  const takeRow = createRow(reading);
  let places: Places | undefined;
  const scan = scanCsv(path, {
    onBytes: reading.onBytes,
    bad: reading.bad,
    header: (names, line) => (places = readHeader(names, line, reading)) !== undefined,
    row: (bytes, cells, line) => takeRow(bytes, cells, places!, line),
  });
  for await (const _ of scan);
}

function readHeader(cells: readonly string[], line: number, reading: LogReading): Places | undefined {
  const names = cells.map((name) => name.trim());
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

function createRow(reading: LogReading) {
  const { sink, bad } = reading;
  const timeOf = createTimeReader();
  const none = { network: sink.networks.ofText(""), agent: sink.agents.ofText("") };
  return (bytes: Uint8Array, { starts, ends }: CsvCells, places: Places, line: number): void => {
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
