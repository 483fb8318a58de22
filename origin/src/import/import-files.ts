/** Imports a catalogue and its interactions: everything is read and checked first, then written in one transaction. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Item } from "@spillway/shared/catalogue.ts";
import type { Database } from "../store/database.ts";
import { itemIdsBesides } from "../store/items.ts";
import { INTERACTION_COLUMNS, ITEM_COLUMNS, toInteraction, toItem } from "./cells.ts";
import { createInteractionTable, type InteractionTable } from "./interaction-table.ts";
import type { Row } from "./row-file.ts";
import { readRows } from "./rows.ts";
import { writeImport, type ImportCounts } from "./write-import.ts";

export type ImportRequest = {
  readonly itemsPath?: string | undefined;
  readonly interactionsPath?: string | undefined;
  readonly keepDemo: boolean;
};

export type ImportStage = "items" | "interactions" | "writing";
/** `done` of `total`, in bytes of the file or in users written. */
export type ImportProgress = (stage: ImportStage, done: number, total: number) => void;

export type BadRow = { readonly file: string; readonly line: number; readonly reason: string };

export type ImportResult =
  | ({ readonly ok: true; readonly notices: readonly string[] } & ImportCounts)
  /** Nothing was imported. `badRows` has the first {@link MAX_BAD_ROWS_SHOWN} of `badRowCount`. */
  | {
      readonly ok: false;
      readonly badRowCount: number;
      readonly badRows: readonly BadRow[];
      readonly notices: readonly string[];
    };

export const MAX_BAD_ROWS_SHOWN = 20;

type Findings = { badRowCount: number; readonly badRows: BadRow[]; readonly notices: string[] };

export async function importFiles(
  { itemsPath, interactionsPath, keepDemo }: ImportRequest,
  database: Database,
  progress: ImportProgress,
  nowMs: number,
): Promise<ImportResult> {
  const findings: Findings = { badRowCount: 0, badRows: [], notices: [] };
  const items = itemsPath === undefined ? [] : await readItems(itemsPath, findings, progress);
  const itemIds = numberedIds(items, itemIdsBesides(database, keepDemo ? undefined : "demo"));
  const interactions = createInteractionTable();
  if (interactionsPath !== undefined) {
    await readInteractions(interactionsPath, itemIds, interactions, nowMs, findings, progress);
  }
  if (findings.badRowCount > 0) return { ok: false, ...findings };
  const written = writeImport(
    database,
    { items, interactions, itemIds: [...itemIds.keys()], keepDemo },
    (done, total) => progress("writing", done, total),
    nowMs,
  );
  return { ok: true, ...written.counts, notices: [...findings.notices, ...written.notices] };
}

/** Items by the number that the table of interactions knows them by. */
function numberedIds(items: readonly Item[], known: readonly string[]): Map<string, number> {
  const ids = new Set([...items.map(({ id }) => id), ...known]);
  return new Map([...ids].map((id, number) => [id, number]));
}

async function readItems(path: string, findings: Findings, progress: ImportProgress): Promise<Item[]> {
  const items: Item[] = [];
  const lines = new Map<string, number>();
  await eachRow(
    path,
    "items",
    ITEM_COLUMNS,
    [["id", "item"], ["title"]],
    findings,
    progress,
    ({ line, values }) => {
      const outcome = toItem(values);
      if (!outcome.ok) return outcome.issues.map(({ key, reason }) => `${key}: ${reason}`).join("; ");
      const { item } = outcome;
      const earlier = lines.get(item.id);
      if (earlier !== undefined) return `id: is the id of the item in line ${earlier} too`;
      lines.set(item.id, line);
      items.push(item);
      return undefined;
    },
  );
  return items;
}

function readInteractions(
  path: string,
  itemIds: ReadonlyMap<string, number>,
  table: InteractionTable,
  nowMs: number,
  findings: Findings,
  progress: ImportProgress,
): Promise<void> {
  const required = [["user"], ["item"]];
  return eachRow(path, "interactions", INTERACTION_COLUMNS, required, findings, progress, ({ values }) => {
    const outcome = toInteraction(values, nowMs);
    if (!outcome.ok) return outcome.reason;
    const item = itemIds.get(outcome.item);
    if (item === undefined) {
      return `item: no item ${JSON.stringify(outcome.item)} in the items file or the catalogue`;
    }
    table.add(outcome.user, item, outcome.weight, outcome.timeMs);
    return undefined;
  });
}

/** `take` returns what is wrong with the row, if anything. */
async function eachRow(
  path: string,
  stage: "items" | "interactions",
  columns: readonly string[],
  required: readonly (readonly string[])[],
  findings: Findings,
  progress: ImportProgress,
  take: (row: Extract<Row, { ok: true }>) => string | undefined,
): Promise<void> {
  const file = basename(path);
  const refuse = (line: number, reason: string): void => {
    findings.badRowCount += 1;
    if (findings.badRows.length < MAX_BAD_ROWS_SHOWN) findings.badRows.push({ file, line, reason });
  };
  const ignored = new Set<string>();
  const { size } = await stat(path);
  let rows = 0;
  for await (const row of readRows({
    path,
    columns,
    required,
    ignored,
    onBytes: (done) => progress(stage, done, size),
  })) {
    rows += 1;
    const reason = row.ok ? take(row) : row.reason;
    if (reason !== undefined) refuse(row.line, reason);
  }
  // An empty file is more likely a mishap than a wish to have no catalogue.
  if (rows === 0) refuse(1, "the file holds no rows");
  if (ignored.size > 0) {
    findings.notices.push(
      `${file}: columns that Spillway does not know were ignored: ${[...ignored].join(", ")}`,
    );
  }
}
