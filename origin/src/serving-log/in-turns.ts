/** Reads days of the serving log a little at a time, so that answers have their turn. */
import { setImmediate as pause } from "node:timers/promises";
import type Sqlite from "better-sqlite3";

export type StoredReport = { readonly isolate: string; readonly day: number; readonly records: Buffer };

/** Some 12 KB each: a millisecond's work, after which answers have their turn. */
const ROWS_AT_A_TIME = 50;
const ROWS =
  "SELECT rowid, isolate, day, records FROM reports WHERE day = ? AND rowid > ? ORDER BY rowid LIMIT ?";

/** `visit` gets the reports of both days and of those between them, in the order in which they were stored. */
export async function eachReportInTurns(
  servingLog: Sqlite.Database,
  [firstDay, lastDay]: readonly [number, number],
  visit: (report: StoredReport) => void,
  betweenTurns?: () => void,
): Promise<void> {
  const rowsOf = servingLog.prepare<[number, number, number], StoredReport & { readonly rowid: number }>(
    ROWS,
  );
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (let after = 0; ;) {
      const rows = rowsOf.all(day, after, ROWS_AT_A_TIME);
      for (const row of rows) visit(row);
      after = rows.at(-1)?.rowid ?? after;
      if (rows.length < ROWS_AT_A_TIME) break;
      betweenTurns?.();
      await pause();
    }
  }
}
