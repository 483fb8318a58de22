/** Stores the newest page of each context and cluster. */
import { and, eq, sql } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { pageCandidates, pages } from "../schema.ts";
import { putShownPage } from "./shown-pages.ts";

/** `carousels` is a JSON array. `builtMs` is when the page's content last changed. */
export type PageRow = typeof pages.$inferSelect;
export type PageName = Pick<PageRow, "context" | "cluster">;
export type PageHead = Omit<PageRow, "carousels"> & {
  /** 0 for a page of an older release. */
  readonly hasCandidates: number;
};

/**
 * One transaction writes at most this many rows of some 50 KB, which takes about 10 ms, and then releases the
 * write lock: the serving process, which stores events, never waits long for it.
 */
const CHUNK_ROWS = 40;
const PAUSE_MS = 1;

const select = perDatabase(({ db }) =>
  db
    .select()
    .from(pages)
    .where(and(eq(pages.context, sql.placeholder("context")), eq(pages.cluster, sql.placeholder("cluster"))))
    .prepare(),
);

export function getPage(database: Database, context: string, cluster: string): PageRow | undefined {
  return select(database).get({ context, cluster });
}

const exists = perDatabase(({ sqlite }) =>
  sqlite.prepare<[string, string]>("SELECT 1 FROM pages WHERE context = ? AND cluster = ?"),
);

export function hasPage(database: Database, context: string, cluster: string): boolean {
  return exists(database).get(context, cluster) !== undefined;
}

const selectTimes = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[string], [string, number, number]>(
      "SELECT cluster, generation, built_ms FROM pages WHERE context = ?",
    )
    .raw(),
);

/** Cluster → the generation that wrote its page of this context, and when the page's content last changed. */
export function pageTimes(
  database: Database,
  context: string,
): Map<string, Pick<PageRow, "generation" | "builtMs">> {
  const rows = selectTimes(database).all(context);
  return new Map(rows.map(([cluster, generation, builtMs]) => [cluster, { generation, builtMs }]));
}

/** Carousels may be given as UTF-8 bytes: SQLite stores text as UTF-8, so that no string has to be made. */
export type NewPage = Omit<PageRow, "carousels"> & {
  /** Packed by model/packs/candidates.ts; undefined: those that are stored stay. */
  readonly candidates?: Uint8Array;
  readonly carousels: string | Uint8Array;
  /** The JSON that shown-pages.ts stores: each carousel's id and the items.seq of its items. */
  readonly shown: string;
};

const upsert = perDatabase(({ sqlite }) =>
  sqlite.prepare<[Omit<NewPage, "shown" | "candidates">]>(
    `INSERT INTO pages (context, cluster, generation, built_ms, content_hash, layout, carousels)
     VALUES (@context, @cluster, @generation, @builtMs, @contentHash, @layout, CAST(@carousels AS TEXT))
     ON CONFLICT DO UPDATE SET generation = excluded.generation, built_ms = excluded.built_ms,
       content_hash = excluded.content_hash, layout = excluded.layout, carousels = excluded.carousels`,
  ),
);

const upsertCandidates = perDatabase(({ sqlite }) =>
  sqlite.prepare<[PageName & { readonly candidates: Uint8Array }]>(
    `INSERT INTO page_candidates (context, cluster, candidates) VALUES (@context, @cluster, @candidates)
     ON CONFLICT DO UPDATE SET candidates = excluded.candidates`,
  ),
);

const selectCandidates = perDatabase(({ sqlite }) =>
  sqlite
    .prepare<[string, string], Uint8Array>(
      "SELECT candidates FROM page_candidates WHERE context = ? AND cluster = ?",
    )
    .pluck(),
);

/** Packed by model/packs/candidates.ts; undefined for a page of an older release. */
export function candidatesOfPage(database: Database, { context, cluster }: PageName): Uint8Array | undefined {
  return selectCandidates(database).get(context, cluster);
}

/**
 * Writes in several transactions, since each page is complete by itself. A page and what it shows are in the
 * same one.
 */
export async function putPages(database: Database, rows: readonly NewPage[]): Promise<void> {
  const statement = upsert(database);
  const putCandidates = upsertCandidates(database);
  await inChunks(database, rows, ({ shown, candidates, ...row }) => {
    statement.run(row);
    const { context, cluster } = row;
    if (candidates !== undefined) putCandidates.run({ context, cluster, candidates });
    putShownPage(database, { ...row, carousels: shown });
  });
}

export async function deletePages(database: Database, names: readonly PageName[]): Promise<void> {
  const statement = database.db
    .delete(pages)
    .where(and(eq(pages.context, sql.placeholder("context")), eq(pages.cluster, sql.placeholder("cluster"))))
    .prepare();
  const deleteCandidates = database.db
    .delete(pageCandidates)
    .where(
      and(
        eq(pageCandidates.context, sql.placeholder("context")),
        eq(pageCandidates.cluster, sql.placeholder("cluster")),
      ),
    )
    .prepare();
  await inChunks(database, names, ({ context, cluster }) => {
    statement.run({ context, cluster });
    deleteCandidates.run({ context, cluster });
  });
}

/**
 * Returns all pages without their content. Every cycle reads thousands, so drizzle's mapping of rows would
 * take too long.
 */
export function pageHeads({ sqlite }: Database): PageHead[] {
  return sqlite
    .prepare<[], PageHead>(
      `SELECT context, cluster, generation, built_ms AS builtMs, content_hash AS contentHash, layout,
         page_candidates.cluster IS NOT NULL AS hasCandidates
       FROM pages LEFT JOIN page_candidates USING (context, cluster)`,
    )
    .all();
}

async function inChunks<Row>(
  database: Database,
  rows: readonly Row[],
  write: (row: Row) => void,
): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    transact(database, () => rows.slice(from, from + CHUNK_ROWS).forEach((row) => write(row)));
  }
}
