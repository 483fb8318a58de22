/**
 * Stores what pages showed, by the generation that wrote them, for as long as events may still arrive from
 * them.
 */
import { transact, type Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";

export type ShownPage = {
  readonly generation: number;
  /** Each carousel's id and its items' items.seq. */
  readonly carousels: readonly (readonly [id: string, items: readonly number[]])[];
};

/** `carousels` is JSON: an array of `[id, [items.seq, …]]`. */
export type ShownRow = {
  readonly context: string;
  readonly cluster: string;
  readonly generation: number;
  readonly builtMs: number;
  readonly carousels: string;
};

const insert = perDatabase(({ sqlite }) =>
  sqlite.prepare<[ShownRow]>(
    `INSERT OR REPLACE INTO shown_pages (context, cluster, generation, built_ms, carousels)
     VALUES (@context, @cluster, @generation, @builtMs, @carousels)`,
  ),
);

export function putShownPage(
  database: Database,
  { context, cluster, generation, builtMs, carousels }: ShownRow,
): void {
  insert(database).run({ context, cluster, generation, builtMs, carousels });
}

const select = perDatabase(({ sqlite }) =>
  sqlite.prepare<[string, string], { generation: number; carousels: string }>(
    "SELECT generation, carousels FROM shown_pages WHERE context = ? AND cluster = ? ORDER BY generation",
  ),
);

/** Returns the pages of all stored generations, the oldest first. */
export function shownPagesOf(database: Database, context: string, cluster: string): ShownPage[] {
  return select(database)
    .all(context, cluster)
    .map(({ generation, carousels }) => ({
      generation,
      // The cast is safe: only the pipeline writes these rows.
      carousels: JSON.parse(carousels) as ShownPage["carousels"],
    }));
}

/**
 * One transaction deletes this many rows. It takes a few milliseconds, for which the serving process may
 * wait.
 */
const DROP_ROWS = 200;
/**
 * The pause between two such transactions is as long, so that another process which asks for the lock gets
 * it.
 */
const DROP_PAUSE_MS = 5;

/**
 * Deletes pages that another page replaced before `beforeMs`, and pages from before it whose cluster has no
 * page any more. They are found by a read, which blocks no other process; the deletes are short transactions.
 * The calling thread is blocked until all are done.
 */
export function dropShownPages(database: Database, beforeMs: number): void {
  const rows = droppable(database).all({ beforeMs });
  for (let at = 0; at < rows.length; at += DROP_ROWS) {
    if (at > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DROP_PAUSE_MS);
    const chunk = rows.slice(at, at + DROP_ROWS);
    transact(database, () => {
      // A page that was written again since the read has a newer build time, and stays.
      for (const row of chunk) drop(database).run({ row, beforeMs });
    });
  }
}

// Generations are built one after another, so that the next generation of a page tells when it was replaced.
const droppable = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[{ beforeMs: number }], number>(
      `SELECT old.rowid FROM shown_pages AS old WHERE old.built_ms < @beforeMs AND (
         (SELECT next.built_ms FROM shown_pages AS next WHERE next.context = old.context
            AND next.cluster = old.cluster AND next.generation > old.generation
            ORDER BY next.generation LIMIT 1) < @beforeMs
         OR NOT EXISTS (SELECT 1 FROM pages WHERE pages.context = old.context AND pages.cluster = old.cluster))`,
    )
    .pluck(),
);

const drop = perDatabase(({ sqlite }) =>
  sqlite.prepare<[{ row: number; beforeMs: number }]>(
    "DELETE FROM shown_pages WHERE rowid = @row AND built_ms < @beforeMs",
  ),
);
