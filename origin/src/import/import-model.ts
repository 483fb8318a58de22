/**
 * Imports an item–item matrix that was trained elsewhere. The whole file is read and checked before it is
 * stored.
 */
import type { Database } from "@spillway/store/database.ts";
import { transact } from "@spillway/store/database.ts";
import { latestGenerations } from "@spillway/store/pages/generations.ts";
import { itemSeqsById } from "@spillway/store/catalogue/items.ts";
import { IMPORTED_MODEL, putModel } from "@spillway/store/pages/models.ts";
import { packModel } from "@spillway/model/scoring/item-model.ts";
import { addBadRow, eachRow, findingsOf, noFindings, type Findings } from "@spillway/kit/tabular/each-row.ts";
import { readIdCell } from "@spillway/kit/tabular/id-cell.ts";
import { createWeightTable, type WeightTable } from "./weight-table.ts";

const COLUMNS = ["source", "target", "weight"];

export type ModelImport =
  | {
      readonly ok: true;
      readonly items: number;
      readonly weights: number;
      /** How many weights were left out, since their targets have enough stronger ones. */
      readonly dropped: number;
      readonly notices: readonly string[];
    }
  /** There were bad rows, and nothing was stored. */
  | ({ readonly ok: false } & Findings);

export async function importModel(
  path: string,
  database: Database,
  onBytes: (done: number, total: number) => void,
): Promise<ModelImport> {
  const findings = noFindings();
  const seqs = itemSeqsById(database);
  const rowOf = new Map([...seqs.keys()].map((id, row) => [id, row]));
  const table = createWeightTable(rowOf.size);
  const file = { path, columns: COLUMNS, required: COLUMNS.map((name) => [name]), onBytes };
  await eachRow(file, findings, ({ line, values }) => addRow(values, line, rowOf, table));
  for (const { line, earlier } of table.repeated()) {
    addBadRow(findings, path, line, `is the weight of the same source and target as line ${earlier}`);
  }
  if (findings.badRowCount > 0) return { ok: false, ...findingsOf(findings) };
  const itemSeqs = Uint32Array.from(seqs.values());
  const model = table.toModel(itemSeqs);
  const weights = model.weights.length;
  transact(database, () => {
    const newest = latestGenerations(database, 1)[0]?.generation ?? 0;
    putModel(database, IMPORTED_MODEL, newest, packModel(model));
  });
  return {
    ok: true,
    items: itemSeqs.length,
    weights,
    dropped: table.size() - weights,
    notices: findings.notices,
  };
}

/** Adds the row to the table, or returns what is wrong with it. */
function addRow(
  values: Readonly<Record<string, unknown>>,
  line: number,
  rowOf: ReadonlyMap<string, number>,
  table: WeightTable,
): string | undefined {
  const rows: number[] = [];
  for (const name of ["source", "target"] as const) {
    const cell = readIdCell(values[name]);
    if (!cell.ok) return `${name}: ${cell.reason}`;
    const row = rowOf.get(cell.id);
    if (row === undefined)
      return `${name}: no item ${JSON.stringify(cell.id)} in the catalogue; is the matrix for another one?`;
    rows.push(row);
  }
  const [source = 0, target = 0] = rows;
  if (source === target) return "target: is the source itself";
  const { weight: cell } = values;
  if (cell === undefined) return "weight: is missing";
  const number = typeof cell === "number" || (typeof cell === "string" && cell.trim() !== "");
  const weight = number ? Math.fround(Number(cell)) : Number.NaN;
  if (!Number.isFinite(weight)) return `weight: ${JSON.stringify(cell)} is not a finite number`;
  table.add(source, target, weight, line);
  return undefined;
}
