/**
 * Imports a catalogue and its interactions. Everything is read and checked before it is written in one
 * transaction.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import type { Database } from "@spillway/store/database.ts";
import { itemIdsBesides } from "@spillway/store/catalogue/items.ts";
import { INTERACTION_COLUMNS, ITEM_COLUMNS, toInteraction, toItem } from "./cells.ts";
import { createInteractionTable, type InteractionTable } from "./interaction-table.ts";
import {
  eachRow,
  findingsOf,
  noFindings,
  type BadRow,
  type Findings,
  type GrowingFindings,
} from "@spillway/kit/tabular/each-row.ts";
import { writeImport, type ImportCounts } from "./write-import.ts";

export type ImportRequest = {
  readonly itemsPath?: string | undefined;
  readonly interactionsPath?: string | undefined;
  readonly keepDemo: boolean;
  /** Bad rows are left out and the others imported, as long as every file can be read to its end. */
  readonly skipBad?: boolean;
  /** Gets each bad row. */
  readonly onBadRow?: (row: BadRow) => void;
};

export type ImportStage = "items" | "interactions" | "writing";
/** `done` and `total` are bytes of the file, or users while writing. */
export type ImportProgress = (stage: ImportStage, done: number, total: number) => void;

export type ImportResult =
  /** The bad rows, if any, were skipped. */
  | ({ readonly ok: true } & Findings & ImportCounts)
  /** There were bad rows, and nothing was imported. */
  | ({ readonly ok: false } & Findings);

export async function importFiles(
  { itemsPath, interactionsPath, keepDemo, skipBad = false, onBadRow }: ImportRequest,
  database: Database,
  progress: ImportProgress,
  nowMs: number,
): Promise<ImportResult> {
  const findings = noFindings(onBadRow);
  const items = itemsPath === undefined ? [] : await readItems(itemsPath, findings, progress);
  const itemIds = numberedIds(items, itemIdsBesides(database, keepDemo ? undefined : "demo"));
  const interactions = createInteractionTable();
  if (interactionsPath !== undefined) {
    await readInteractions(interactionsPath, itemIds, interactions, nowMs, findings, progress);
  }
  const isEmpty = items.length === 0 && interactions.size() === 0;
  const maySkip = skipBad && !findings.unreadable && !isEmpty;
  if (findings.badRowCount > 0 && !maySkip) return { ok: false, ...findingsOf(findings) };
  const written = writeImport(
    database,
    { items, interactions, itemIds: [...itemIds.keys()], keepDemo },
    (done, total) => progress("writing", done, total),
    nowMs,
  );
  const notices = [...findings.notices, ...written.notices];
  return { ok: true, ...written.counts, ...findingsOf(findings), notices };
}

/** Gives each item id a number, by which the table of interactions refers to it. */
function numberedIds(items: readonly Item[], known: readonly string[]): Map<string, number> {
  const ids = new Set([...items.map(({ id }) => id), ...known]);
  return new Map([...ids].map((id, number) => [id, number]));
}

async function readItems(path: string, findings: GrowingFindings, progress: ImportProgress): Promise<Item[]> {
  const items: Item[] = [];
  const lines = new Map<string, number>();
  await eachRow(
    {
      path,
      columns: ITEM_COLUMNS,
      required: [["id", "item"], ["title"]],
      onBytes: (done, total) => progress("items", done, total),
    },
    findings,
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
  findings: GrowingFindings,
  progress: ImportProgress,
): Promise<void> {
  const file = {
    path,
    columns: INTERACTION_COLUMNS,
    required: [["user"], ["item"]],
    onBytes: (done: number, total: number) => progress("interactions", done, total),
  };
  return eachRow(file, findings, ({ values }) => {
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
