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
};

export type GrowingFindings = { badRowCount: number; readonly badRows: BadRow[]; readonly notices: string[] };

export function noFindings(): GrowingFindings {
  return { badRowCount: 0, badRows: [], notices: [] };
}

export function addBadRow(findings: GrowingFindings, path: string, line: number, reason: string): void {
  findings.badRowCount += 1;
  if (findings.badRows.length < MAX_BAD_ROWS_SHOWN) {
    findings.badRows.push({ file: basename(path), line, reason });
  }
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
  for await (const some of readRows({ ...file, ignored, onBytes: (done) => file.onBytes(done, size) })) {
    rows += some.length;
    for (const row of some) {
      const reason = row.ok ? take(row) : row.reason;
      if (reason !== undefined) addBadRow(findings, path, row.line, reason);
    }
  }
  // An empty file is more likely a mishap than a wish to have nothing.
  if (rows === 0) addBadRow(findings, path, 1, "the file holds no rows");
  if (ignored.size > 0) {
    findings.notices.push(
      `${basename(path)}: columns that Spillway does not know were ignored: ${[...ignored].join(", ")}`,
    );
  }
}
