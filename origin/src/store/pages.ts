/** The newest page of each context and cluster. */
import { and, eq, sql } from "drizzle-orm";
import { transact, type Database } from "./database.ts";
import { perDatabase } from "./prepared.ts";
import { pages } from "./schema.ts";

/** `carousels` is their JSON array; `builtMs` tells when it last changed. */
export type PageRow = typeof pages.$inferSelect;
export type PageName = Pick<PageRow, "context" | "cluster">;
export type PageHead = Omit<PageRow, "carousels">;

/** One transaction writes this many, so that serving never waits long for the write lock. */
const CHUNK_ROWS = 200;

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

const upsert = perDatabase(({ db }) =>
  db
    .insert(pages)
    .values({
      context: sql.placeholder("context"),
      cluster: sql.placeholder("cluster"),
      generation: sql.placeholder("generation"),
      builtMs: sql.placeholder("builtMs"),
      contentHash: sql.placeholder("contentHash"),
      carousels: sql.placeholder("carousels"),
    })
    .onConflictDoUpdate({
      target: [pages.context, pages.cluster],
      set: {
        generation: sql`excluded.generation`,
        builtMs: sql`excluded.built_ms`,
        contentHash: sql`excluded.content_hash`,
        carousels: sql`excluded.carousels`,
      },
    })
    .prepare(),
);

/** In several transactions: each page stands by itself. */
export function putPages(database: Database, rows: readonly PageRow[]): void {
  const statement = upsert(database);
  inChunks(database, rows, (row) => statement.run(row));
}

export function deletePages(database: Database, names: readonly PageName[]): void {
  const statement = database.db
    .delete(pages)
    .where(and(eq(pages.context, sql.placeholder("context")), eq(pages.cluster, sql.placeholder("cluster"))))
    .prepare();
  inChunks(database, names, ({ context, cluster }) => statement.run({ context, cluster }));
}

/** What pages there are, without their content. */
export function iteratePageKeys(database: Database): Iterable<PageHead> {
  const { context, cluster, generation, builtMs, contentHash } = pages;
  return database.db.select({ context, cluster, generation, builtMs, contentHash }).from(pages).all();
}

function inChunks<Row>(database: Database, rows: readonly Row[], write: (row: Row) => void): void {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    transact(database, () => rows.slice(from, from + CHUNK_ROWS).forEach((row) => write(row)));
  }
}
