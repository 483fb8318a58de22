/** What the newest cycle has stored. The next cycle compares with it to find what has changed. */
import { eq, sql } from "drizzle-orm";
import * as z from "zod/mini";
import { transact, type Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";
import { itemMarks } from "../schema.ts";

const builtSchema = z.object({ generation: z.int(), modelHash: z.string(), tasteHash: z.string() });

/**
 * The generation whose index, clusters and pages are stored, and the hashes of the packed model and taste
 * segments that belong to them.
 */
export type BuiltState = z.infer<typeof builtSchema>;

const KEY = "built";

export function builtState(database: Database): BuiltState | undefined {
  return getDocument(database, KEY, (value) => builtSchema.parse(value))?.value;
}

export function putBuiltState(database: Database, state: BuiltState, nowMs: number): void {
  putDocument(database, KEY, state, nowMs);
}

/** Returns items.seq → the item's mark (model/pages/dirty-items.ts) when the stored pages were built. */
export function storedMarks({ sqlite }: Database): Map<number, number> {
  // Every cycle reads a row for each item, so drizzle's mapping of rows would take too long.
  return new Map(sqlite.prepare<[], [number, number]>("SELECT seq, mark FROM item_marks").raw().all());
}

/** Writes the marks that differ from `before`, and deletes those of items that are gone. */
export function putMarks(
  database: Database,
  before: ReadonlyMap<number, number>,
  now: ReadonlyMap<number, number>,
): void {
  const { db } = database;
  const seq = sql.placeholder("seq");
  const mark = sql.placeholder("mark");
  const put = db
    .insert(itemMarks)
    .values({ seq, mark })
    .onConflictDoUpdate({ target: itemMarks.seq, set: { mark: sql`excluded.mark` } })
    .prepare();
  const remove = db.delete(itemMarks).where(eq(itemMarks.seq, seq)).prepare();
  transact(database, () => {
    for (const [item, value] of now) if (before.get(item) !== value) put.run({ seq: item, mark: value });
    for (const item of before.keys()) if (!now.has(item)) remove.run({ seq: item });
  });
}
