/** Goes through the rows of a file and collects what is wrong with them. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Row, RowFile } from "./row-file.ts";
import { readRows } from "./rows.ts";

export type BadRow = { readonly file: string; readonly line: number; readonly reason: string };

export const MAX_BAD_ROWS_SHOWN = 20;

/** `badRows` has the first {@link MAX_BAD_ROWS_SHOWN} of `badRowCount`. */
export type Findings = {
  readonly badRowCount: number;
  readonly badRows: readonly BadRow[];
  readonly notices: readonly string[];
  /**
   * A file has no rows or cannot be read to its end. Then no row may be skipped, since others are missing.
   */
  readonly unreadable: boolean;
};

export type GrowingFindings = {
  badRowCount: number;
  readonly badRows: BadRow[];
  readonly notices: string[];
  unreadable: boolean;
  /** Gets each bad row, also those that `badRows` has no room for. */
  readonly onBadRow: (row: BadRow) => void;
};

export function noFindings(onBadRow: (row: BadRow) => void = () => undefined): GrowingFindings {
  return { badRowCount: 0, badRows: [], notices: [], unreadable: false, onBadRow };
}

/** What has been found, without the means to find more. */
export function findingsOf({ badRowCount, badRows, notices, unreadable }: GrowingFindings): Findings {
  return { badRowCount, badRows, notices, unreadable };
}

export function addBadRow(findings: GrowingFindings, path: string, line: number, reason: string): void {
  const row = { file: basename(path), line, reason };
  findings.badRowCount += 1;
  if (findings.badRows.length < MAX_BAD_ROWS_SHOWN) findings.badRows.push(row);
  findings.onBadRow(row);
}

export type NamedFile = Pick<RowFile, "path" | "columns" | "required"> & {
  readonly onBytes: (done: number, total: number) => void;
};

/** `take` returns what is wrong with the row, if anything. */
export async function eachRow(
  file: NamedFile,
  findings: GrowingFindings,
  take: (row: Extract<Row, { ok: true }>) => string | undefined,
): Promise<void> {
  const { path } = file;
  const ignored = new Set<string>();
  const { size } = await stat(path);
  let rows = 0;
  let goodRows = 0;
  for await (const some of readRows({ ...file, ignored, onBytes: (done) => file.onBytes(done, size) })) {
    rows += some.length;
    for (const row of some) {
      if (row.ok) goodRows += 1;
      const reason = row.ok ? take(row) : row.reason;
      if (reason !== undefined) addBadRow(findings, path, row.line, reason);
      if (!row.ok && row.endsFile === true) findings.unreadable = true;
    }
  }
  // An empty file is more likely a mishap than a wish to have nothing.
  if (rows === 0) addBadRow(findings, path, 1, "the file holds no rows");
  if (goodRows === 0) findings.unreadable = true;
  if (ignored.size > 0) {
    findings.notices.push(
      `${basename(path)}: columns that Spillway does not know were ignored: ${[...ignored].join(", ")}`,
    );
  }
}
