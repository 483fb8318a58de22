/** Cells of CSV rows (RFC 4180) as places in a buffer: nothing is copied, and no text is made of them. */

export type CsvCells = {
  /** Where the cells of the last row scanned start and end, without their quotes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Cells in the row; those beyond {@link MAX_CELLS} are counted and not kept. */
  count: number;
  /** Line breaks in the row, the one at its end included. */
  lines: number;
  /** The first cell, counted from 1, that has text after its closing quote; 0 where there is none. */
  badCell: number;
  /** Doubled quotes in the row; see {@link makeSingle}. */
  doubled: number;
};

/** More than any file of ours has; what stands beyond it is ignored. */
const MAX_CELLS = 1024;
const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

export function csvCells(): CsvCells {
  return {
    starts: new Int32Array(MAX_CELLS),
    ends: new Int32Array(MAX_CELLS),
    count: 0,
    lines: 0,
    badCell: 0,
    doubled: 0,
  };
}

/**
 * Scans the row that starts at `from` and returns where the next one starts; -1 when the row does not end
 * before `end`.
 */
export function scanRow(bytes: Uint8Array, from: number, end: number, cells: CsvCells): number {
  cells.count = 0;
  cells.lines = 0;
  cells.badCell = 0;
  cells.doubled = 0;
  let at = from;
  for (;;) {
    let start = at;
    let cellEnd = -1;
    if (bytes[at] === QUOTE && at < end) {
      start = at + 1;
      at = start;
      for (;;) {
        while (at < end && bytes[at] !== QUOTE) {
          if (bytes[at] === LF) cells.lines += 1;
          at += 1;
        }
        if (at + 1 >= end) return -1;
        if (bytes[at + 1] !== QUOTE) break;
        cells.doubled += 1;
        at += 2;
      }
      cellEnd = at;
      at += 1;
    }
    const rest = at;
    let byte = COMMA;
    while (at < end && (byte = bytes[at]!) !== COMMA && byte !== LF) at += 1;
    if (at >= end) return -1;
    const textEnd = byte === LF && at > rest && bytes[at - 1] === CR ? at - 1 : at;
    if (cellEnd >= 0 && textEnd > rest && cells.badCell === 0) cells.badCell = cells.count + 1;
    if (cells.count < MAX_CELLS) {
      cells.starts[cells.count] = start;
      cells.ends[cells.count] = cellEnd < 0 ? textEnd : cellEnd;
    }
    cells.count += 1;
    at += 1;
    if (byte === LF) break;
  }
  cells.lines += 1;
  return at;
}

/** Makes doubled quotes of the last row scanned single, in place: the row cannot be scanned again. */
export function makeSingle(bytes: Uint8Array, { starts, ends, count }: CsvCells): void {
  for (let cell = 0; cell < Math.min(count, MAX_CELLS); cell += 1) {
    const start = starts[cell]!;
    if (bytes[start - 1] !== QUOTE) continue;
    let to = start;
    for (let at = start; at < ends[cell]!; at += 1) {
      bytes[to++] = bytes[at]!;
      if (bytes[at] === QUOTE) at += 1;
    }
    ends[cell] = to;
  }
}
