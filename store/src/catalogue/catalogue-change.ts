/**
 * Remembers when the catalogue last changed outside a refresh cycle, and which items were deleted or
 * restricted otherwise. Pages that were stored before may still show what must not be shown any more.
 */
import * as z from "zod/mini";
import type { Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";
import { perDatabase } from "../prepared.ts";

const KEY = "catalogue-change";
/** Edges have forgotten a page by then, even where KV could not be written for hours. */
const REMEMBER_MS = 24 * 3_600_000;
/** More ids than this, the oldest first, are forgotten: about a megabyte. */
const MAX_IDS = 20_000;

const timesById = z.record(z.string(), z.number());
const changeSchema = z.object({ removed: timesById, restricted: z._default(timesById, {}) });

export type CatalogueChange = {
  readonly changedMs: number;
  /** The ids of deleted items, with the time. One of them may have come back since. */
  readonly removed: Readonly<Record<string, number>>;
  /** The ids of items whose territories or age rating have changed, with the time. */
  readonly restricted: Readonly<Record<string, number>>;
};

export type ChangedIds = { readonly removed?: readonly string[]; readonly restricted?: readonly string[] };

/** To be called in the transaction that changes the catalogue. */
export function markCatalogueChange(database: Database, changed: ChangedIds, nowMs: number): void {
  const before = catalogueChange(database);
  const removed = withIds(before?.removed, changed.removed, nowMs);
  const restricted = withIds(before?.restricted, changed.restricted, nowMs);
  putDocument(database, KEY, { removed, restricted }, nowMs);
}

function withIds(
  before: Readonly<Record<string, number>> = {},
  ids: readonly string[] = [],
  nowMs: number,
): Record<string, number> {
  const added = new Set(ids);
  const recent = Object.entries(before).filter(([id, ms]) => nowMs - ms < REMEMBER_MS && !added.has(id));
  return Object.fromEntries([...recent, ...ids.map((id): [string, number] => [id, nowMs])].slice(-MAX_IDS));
}

/** Returns undefined when it has never changed. */
export function catalogueChange(database: Database): CatalogueChange | undefined {
  const document = getDocument(database, KEY, (value) => changeSchema.parse(value));
  return document && { changedMs: document.updatedMs, ...document.value };
}

const selectVersion = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], number>(`SELECT version FROM documents WHERE key = '${KEY}'`).pluck(),
);

/** Returns a number that differs after every change; it takes some microseconds. */
export function catalogueVersion(database: Database): number {
  return selectVersion(database).get() ?? 0;
}
