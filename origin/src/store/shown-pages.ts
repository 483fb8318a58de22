/** What stored pages showed, by the generation that wrote them: kept for as long as events may still come from them. */
import type { ShownPage } from "../engagement/attribution.ts";
import type { Database } from "./database.ts";
import { perDatabase } from "./prepared.ts";

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

/** Each is a transaction of a few milliseconds: serving, which stores events, waits no longer than that. */
const DROPPED_AT_ONCE = 500;

/**
 * Drops those that another one has replaced before that instant, and those of clusters that have gone before it. Who was replaced
 * before it was built before it, too: the index on that leaves next to nothing to look at.
 */
export function dropShownPages({ sqlite }: Database, beforeMs: number): void {
  const drop = sqlite.prepare<[number, number, number]>(
    `DELETE FROM shown_pages WHERE rowid IN (
       SELECT old.rowid FROM shown_pages AS old WHERE old.built_ms < ? AND (
         EXISTS (SELECT 1 FROM shown_pages AS newer WHERE newer.context = old.context
           AND newer.cluster = old.cluster AND newer.generation > old.generation AND newer.built_ms < ?)
         OR NOT EXISTS
           (SELECT 1 FROM pages WHERE pages.context = old.context AND pages.cluster = old.cluster))
       LIMIT ?)`,
  );
  while (drop.run(beforeMs, beforeMs, DROPPED_AT_ONCE).changes === DROPPED_AT_ONCE);
}
