/** What stored pages showed, by the generation that wrote them: kept for as long as events may still come from them. */
import { transact, type Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";

export type ShownPage = {
  readonly generation: number;
  /** Each carousel's id and its items' items.seq. */
  readonly carousels: readonly (readonly [id: string, items: readonly number[]])[];
};

/** Carousels: JSON, [id, [items.seq, …]] each. */
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

/** Oldest first. */
export function shownPagesOf(database: Database, context: string, cluster: string): ShownPage[] {
  return select(database)
    .all(context, cluster)
    .map(({ generation, carousels }) => ({
      generation,
      // Written by the pipeline alone.
      carousels: JSON.parse(carousels) as ShownPage["carousels"],
    }));
}

/** Serving, which stores events, waits for the write lock as long as this many rows take: a few milliseconds. */
const DROP_ROWS = 200;
/** As long between two such deletes: whoever asks for the lock now and again does get it. */
const DROP_PAUSE_MS = 5;

/**
 * Drops those that another one has replaced before that instant, and those of clusters that have gone before it. They are
 * looked for by a read, which locks nobody out; the deletes are transactions of their own. Blocks the thread meanwhile.
 */
export function dropShownPages(database: Database, beforeMs: number): void {
  const rows = droppable(database).all({ beforeMs });
  for (let at = 0; at < rows.length; at += DROP_ROWS) {
    if (at > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DROP_PAUSE_MS);
    const chunk = rows.slice(at, at + DROP_ROWS);
    transact(database, () => {
      // Written again since, a page has another build time.
      for (const row of chunk) drop(database).run({ row, beforeMs });
    });
  }
}

// Generations are built one after another: the next one alone tells when a page was replaced.
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
