/**
 * Reads interactions from a CSV or JSONL file, plain or gzipped; what is wrong with it is said with its
 * lines.
 */
import { basename } from "node:path";
import { createInteractionTable } from "@spillway/origin/import/interaction-table.ts";
import { readIdCell, type IdCell } from "@spillway/kit/tabular/id-cell.ts";
import { readRows } from "@spillway/kit/tabular/rows.ts";
import { DataError } from "./errors.ts";
import { divide, type EvaluationData } from "./evaluation-data.ts";
import { canonicalId } from "./protocol.ts";

export type { EvaluationData } from "./evaluation-data.ts";

export type ReadData = EvaluationData & {
  readonly rows: number;
  /** Rows that tell of a pair once more; they count once. */
  readonly duplicates: number;
};

const COLUMNS = ["user", "item"];
const MAX_BAD_ROWS_SHOWN = 10;

/**
 * `onBytes` is told how much of the file has been read; `tune` is explained in protocol.ts. Throws a {@link
 * DataError} that names every problem.
 */
export async function readInteractions(
  path: string,
  onBytes: (bytes: number) => void = () => undefined,
  tune = false,
): Promise<ReadData> {
  const table = createInteractionTable();
  const itemNumbers = new Map<string, number>();
  const problems: string[] = [];
  let badRows = 0;
  const refuse = (line: number, reason: string): void => {
    badRows += 1;
    if (problems.length < MAX_BAD_ROWS_SHOWN) problems.push(`${basename(path)}:${line}: ${reason}`);
  };
  const required = COLUMNS.map((name) => [name]);
  for await (const rows of readRows({ path, columns: COLUMNS, required, ignored: new Set(), onBytes })) {
    for (const row of rows) {
      if (!row.ok) {
        refuse(row.line, row.reason);
        continue;
      }
      const user = toId(row.values["user"]);
      const item = toId(row.values["item"]);
      if (!user.ok) refuse(row.line, `user: ${user.reason}`);
      else if (!item.ok) refuse(row.line, `item: ${item.reason}`);
      else {
        const number = itemNumbers.get(item.id) ?? itemNumbers.size;
        itemNumbers.set(item.id, number);
        table.add(user.id, number, 1, 0);
      }
    }
  }
  if (badRows > 0) throw new DataError([...problems, summaryOf(badRows)].join("\n"));
  if (table.size() === 0) throw new DataError(`${basename(path)}: has no interactions`);
  if (table.users() === 1) throw new DataError(`${basename(path)}: has one user, and nobody to learn from`);
  const userIds: string[] = [];
  const itemsOf: Uint32Array[] = [];
  for (const { user, entries } of table.byUser()) {
    userIds.push(user);
    itemsOf.push(Uint32Array.from(entries, ({ item }) => item));
  }
  const pairs = itemsOf.reduce((sum, items) => sum + items.length, 0);
  return {
    ...divide(userIds, [...itemNumbers.keys()], itemsOf, tune),
    rows: table.size(),
    duplicates: table.size() - pairs,
  };
}

/** Returns the id in one spelling, or says what is wrong with it. */
function toId(cell: unknown): IdCell {
  const read = readIdCell(cell);
  return read.ok ? { ok: true, id: canonicalId(read.id) } : read;
}

function summaryOf(badRows: number): string {
  const hidden = badRows - Math.min(badRows, MAX_BAD_ROWS_SHOWN);
  return `${hidden > 0 ? `… and ${hidden} more; ` : ""}nothing was measured.`;
}
