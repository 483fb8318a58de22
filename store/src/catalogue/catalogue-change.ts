/**
 * Remembers when the catalogue last changed outside a refresh cycle, and which items were deleted. Pages that
 * were stored before may still show what must not be shown any more.
 */
import * as z from "zod/mini";
import type { Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";
import { perDatabase } from "../prepared.ts";

const KEY = "catalogue-change";
/** Edges have forgotten a page by then, even where KV could not be written for hours. */
const REMEMBER_MS = 24 * 3_600_000;
/** More ids than this, the oldest first, are forgotten: about a megabyte. */
const MAX_REMOVED = 20_000;

const changeSchema = z.object({ removed: z.record(z.string(), z.number()) });

export type CatalogueChange = {
  readonly changedMs: number;
  /** The ids of deleted items, with the time. One of them may have come back since. */
  readonly removed: Readonly<Record<string, number>>;
};

/** To be called in the transaction that changes the catalogue. */
export function markCatalogueChange(database: Database, removedIds: readonly string[], nowMs: number): void {
  const before = Object.entries(catalogueChange(database)?.removed ?? {});
  const recent = before.filter(([, removedMs]) => nowMs - removedMs < REMEMBER_MS);
  const removed = [...recent, ...removedIds.map((id): [string, number] => [id, nowMs])].slice(-MAX_REMOVED);
  putDocument(database, KEY, { removed: Object.fromEntries(removed) }, nowMs);
}

/** Returns undefined when it has never changed. */
export function catalogueChange(database: Database): CatalogueChange | undefined {
  const document = getDocument(database, KEY, (value) => changeSchema.parse(value));
  return document && { changedMs: document.updatedMs, removed: document.value.removed };
}

const selectVersion = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], number>(`SELECT version FROM documents WHERE key = '${KEY}'`).pluck(),
);

/** Returns a number that differs after every change; it takes some microseconds. */
export function catalogueVersion(database: Database): number {
  return selectVersion(database).get() ?? 0;
}
