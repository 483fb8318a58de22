/** Reads and writes the catalogue's items. */
import type { Statement } from "better-sqlite3";
import { asc, count, eq, ne, sql } from "drizzle-orm";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { restrictionOf } from "@spillway/shared/protocol/restrictions.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { transact, type Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { items } from "../schema.ts";

export type ItemSource = (typeof items.$inferSelect)["source"];

/**
 * Returns all items in the order of `seq`, that is of first arrival. It is the same array again, not read
 * anew, where no item has changed since the last call, and else an item that has not changed is the same
 * object: every cycle asks for tens of thousands of items, and few of them change.
 */
export function allItems(database: Database): readonly CatalogueEntry[] {
  return database.sqlite.transaction(() => {
    const own = catalogue(database);
    const version = selectVersion(database).get();
    if (own.newest === undefined || own.newest.version !== version)
      own.newest = { version, entries: readAll(own) };
    return own.newest.entries;
  })();
}

/** As the triggers of migration 0015 have it. Random numbers, so that a change undone and another differ. */
const selectVersion = perDatabase(({ sqlite }) =>
  sqlite.prepare<[], number>("SELECT version FROM items_version").pluck(),
);

function readAll({ select, known }: Catalogue): CatalogueEntry[] {
  const parsed = select.all().map(({ seq, json }) => {
    const before = known.get(seq);
    return before?.json === json ? before : { json, entry: toCatalogueEntry({ seq, json }) };
  });
  known.clear();
  for (const item of parsed) known.set(item.entry.seq, item);
  return parsed.map(({ entry }) => entry);
}

type ParsedItem = { readonly json: string; readonly entry: CatalogueEntry };

type Catalogue = {
  readonly select: Statement<[], { seq: number; json: string }>;
  readonly known: Map<number, ParsedItem>;
  newest: { readonly version: number | undefined; readonly entries: readonly CatalogueEntry[] } | undefined;
};

const catalogue = perDatabase(({ sqlite }): Catalogue => ({
  select: sqlite.prepare("SELECT seq, json FROM items ORDER BY seq"),
  known: new Map(),
  newest: undefined,
}));

const selectById = perDatabase(({ db }) =>
  db
    .select({ seq: items.seq, json: items.json })
    .from(items)
    .where(eq(items.id, sql.placeholder("id")))
    .prepare(),
);

export function itemById(database: Database, id: string): CatalogueEntry | undefined {
  const row = selectById(database).get({ id });
  return row && toCatalogueEntry(row);
}

const selectBySeq = perDatabase(({ sqlite }) =>
  sqlite.prepare<[number], string>("SELECT json FROM items WHERE seq = ?").pluck(),
);

export function itemOfSeq(database: Database, seq: number): Item | undefined {
  const json = selectBySeq(database).get(seq);
  return json === undefined ? undefined : toCatalogueEntry({ seq, json }).item;
}

const selectSeqById = perDatabase(({ db }) =>
  db
    .select({ seq: items.seq })
    .from(items)
    .where(eq(items.id, sql.placeholder("id")))
    .prepare(),
);

export function itemSeqById(database: Database, id: string): number | undefined {
  return selectSeqById(database).get({ id })?.seq;
}

/** Returns the items that were written at or after `sinceMs`. */
export function itemsWrittenSince({ sqlite }: Database, sinceMs: number): CatalogueEntry[] {
  return sqlite
    .prepare<[number], { seq: number; json: string }>("SELECT seq, json FROM items WHERE updated_ms >= ?")
    .all(sinceMs)
    .map(toCatalogueEntry);
}

/** Returns the items.seq of all items. */
export function allSeqs({ sqlite }: Database): Set<number> {
  return new Set(sqlite.prepare<[], number>("SELECT seq FROM items").pluck().all());
}

/** Returns id → seq for all items, in the order of `seq`. */
export function itemSeqsById({ db }: Database): Map<string, number> {
  const rows = db.select({ id: items.id, seq: items.seq }).from(items).orderBy(asc(items.seq)).all();
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

export function countItems(database: Database): number {
  return database.db.select({ items: count() }).from(items).get()?.items ?? 0;
}

const upsert = perDatabase(({ db }) =>
  db
    .insert(items)
    .values({
      id: sql.placeholder("id"),
      kind: sql.placeholder("kind"),
      title: sql.placeholder("title"),
      json: sql.placeholder("json"),
      source: sql.placeholder("source"),
      updatedMs: sql.placeholder("updatedMs"),
    })
    .onConflictDoUpdate({
      target: items.id,
      set: {
        kind: sql`excluded.kind`,
        title: sql`excluded.title`,
        json: sql`excluded.json`,
        // A demo item that an editor patches stays a demo item, since it must be deleted when real data is
        // imported.
        source: sql`CASE excluded.source WHEN 'api' THEN ${items.source} ELSE excluded.source END`,
        updatedMs: sql`excluded.updated_ms`,
      },
      setWhere: sql`excluded.json <> ${items.json} OR excluded.source NOT IN (${items.source}, 'api')`,
    })
    .returning({ seq: items.seq, id: items.id })
    .prepare(),
);

export type WrittenItem = {
  readonly seq: number;
  readonly id: string;
  /** Whether pages may have been built that know other restrictions of it. */
  readonly isRestrictedAnew: boolean;
};

/** Writes all items or none. Returns those that are new or have changed. */
export function upsertItems(
  database: Database,
  newItems: readonly Item[],
  source: ItemSource,
  nowMs: number,
): WrittenItem[] {
  const statement = upsert(database);
  return transact(database, () =>
    newItems.flatMap((item) => {
      const known = itemById(database, item.id)?.item;
      const written = statement.all({
        id: item.id,
        kind: item.kind,
        title: item.title,
        json: JSON.stringify(item),
        source,
        updatedMs: nowMs,
      });
      const isRestrictedAnew = known !== undefined && restrictionText(known) !== restrictionText(item);
      return written.map((row) => ({ ...row, isRestrictedAnew }));
    }),
  );
}

function restrictionText(item: Item): string {
  return JSON.stringify(restrictionOf(item));
}

export function toCatalogueEntry({ seq, json }: { seq: number; json: string }): CatalogueEntry {
  // Only validated items are ever written.
  return { seq, item: JSON.parse(json) as Item };
}

/** Returns the ids of all items except those of one source. */
export function itemIdsBesides({ db }: Database, source: ItemSource | undefined): string[] {
  return db
    .select({ id: items.id })
    .from(items)
    .where(source === undefined ? undefined : ne(items.source, source))
    .all()
    .map(({ id }) => id);
}
