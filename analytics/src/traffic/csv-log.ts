/**
 * Reads a CSV log, plain or gzipped, into a traffic sink. It is a hot path that turns bytes into numbers
 * without creating strings.
 */
import type { CsvCells } from "@spillway/kit/tabular/csv-cells.ts";
import { scanCsv } from "@spillway/kit/tabular/csv-scan.ts";
import type { Source } from "@spillway/kit/tabular/source.ts";
import { TIME_FORM } from "@spillway/shared/protocol/time.ts";
import { createTimeReader } from "./log-time.ts";
import { checkColumns, columnOf, LOG_COLUMNS, type LogColumn, type LogReading } from "./log-columns.ts";

/** The position of each known column in the row, or -1 when the file does not have it. */
type ColumnPositions = Readonly<Record<LogColumn, number>>;

export async function readCsvLog(source: Source, reading: LogReading): Promise<void> {
  const takeRow = createRow(reading);
  let positions: ColumnPositions | undefined;
  const scan = scanCsv(source, {
    onBytes: reading.onBytes,
    bad: reading.bad,
    header: (names, line) => (positions = readHeader(names, line, reading)) !== undefined,
    row: (bytes, cells, line) => takeRow(bytes, cells, positions!, line),
  });
  for await (const _ of scan);
}

function readHeader(
  cells: readonly string[],
  line: number,
  reading: LogReading,
): ColumnPositions | undefined {
  const names = cells.map((name) => name.trim());
  const positions = Object.fromEntries(
    LOG_COLUMNS.map((column) => [column, names.findIndex((name) => columnOf(name) === column)]),
  ) as Record<LogColumn, number>;
  const twice = LOG_COLUMNS.find((column) => names.filter((name) => columnOf(name) === column).length > 1);
  if (twice !== undefined) {
    reading.bad(line, `the header row has the column ${twice} twice`);
    return undefined;
  }
  return checkColumns(names, line, reading) ? positions : undefined;
}

function createRow(reading: LogReading) {
  const { sink, bad } = reading;
  const timeOf = createTimeReader();
  const none = { network: sink.networks.ofText(""), agent: sink.agents.ofText("") };
  return (bytes: Uint8Array, { starts, ends }: CsvCells, positions: ColumnPositions, line: number): void => {
    const { time, user, category, network, agent, method } = positions;
    const timeS = timeOf(bytes, starts[time]!, ends[time]!);
    if (timeS === undefined) {
      bad(line, `time: ${TIME_FORM}`);
      return;
    }
    const problem = emptyCell(starts, ends, user, category);
    if (problem !== undefined) {
      bad(line, `${problem}: is missing`);
      return;
    }
    const verb = method < 0 ? "GET" : methodOf(bytes, starts[method]!, ends[method]!);
    const caller = sink.users.of(bytes, starts[user]!, ends[user]!);
    const from = network < 0 ? none.network : sink.networks.of(bytes, starts[network]!, ends[network]!);
    const as = agent < 0 ? none.agent : sink.agents.of(bytes, starts[agent]!, ends[agent]!);
    reading.rows += 1;
    if (verb === "other") {
      reading.otherMethods += 1;
      sink.takeOther(timeS, caller, from, as, 1);
      return;
    }
    const page = sink.categories.of(bytes, starts[category]!, ends[category]!);
    sink.take(timeS, caller, from, as, page, verb === "POST", 1);
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

/** Returns the method of a row; GET when none is given. */
function methodOf(bytes: Uint8Array, from: number, to: number): "GET" | "POST" | "other" {
  if (to <= from) return "GET";
  // Setting bit 0x20 turns letters into lower case.
  const first = bytes[from]! | 0x20;
  if (to - from === 3 && first === 0x67) return "GET";
  return to - from === 4 && first === 0x70 && (bytes[from + 1]! | 0x20) === 0x6f ? "POST" : "other";
}
