/** Records what KV is known to hold, so that only what changed is written. */
import { eq, sql } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { published } from "../schema.ts";

/**
 * Returns KV key → content hash. Every cycle reads thousands of rows, so drizzle's mapping of rows would take
 * too long.
 */
export function publishedHashes({ sqlite }: Database): Map<string, string> {
  return new Map(sqlite.prepare<[], [string, string]>("SELECT key, content_hash FROM published").raw().all());
}

/** Another text where any key was published, or forgotten, since. */
export function publishedMark({ sqlite }: Database): string {
  const select =
    "SELECT count(*) || ' ' || ifnull(max(published_ms), 0) || ' ' || ifnull(max(rowid), 0) FROM published";
  return sqlite.prepare<[], string>(select).pluck().get() ?? "";
}

/** Returns the keys that were published before `beforeMs`. */
export function publishedBefore({ sqlite }: Database, beforeMs: number): string[] {
  return sqlite
    .prepare<[number], string>("SELECT key FROM published WHERE published_ms < ?")
    .pluck()
    .all(beforeMs);
}

/** Whether edges have an index. Then they have pages too, which are published before it. */
export function isIndexPublished({ db }: Database): boolean {
  const { key } = published;
  return db.select({ key }).from(published).where(eq(key, KV_KEY.clusterIndex)).get() !== undefined;
}

const ADDRESS = "published-to";

/**
 * Forgets what was published when `address` is another KV namespace than the last one, since that one may be
 * empty.
 */
export function publishingTo(database: Database, address: string, nowMs: number): void {
  const known = getDocument(database, ADDRESS, (value) => String(value))?.value;
  if (known === address) return;
  transact(database, () => {
    forgetPublished(database);
    putDocument(database, ADDRESS, address, nowMs);
  });
}

/** Call it when KV was emptied or changed by somebody else: then everything is written again. */
export function forgetPublished(database: Database): void {
  database.db.delete(published).run();
}

/** Call it once KV has confirmed the write. */
export function recordPublished(
  database: Database,
  entries: readonly { readonly key: string; readonly contentHash: string }[],
  nowMs: number,
): void {
  const statement = database.db
    .insert(published)
    .values({ key: sql.placeholder("key"), contentHash: sql.placeholder("contentHash"), publishedMs: nowMs })
    .onConflictDoUpdate({
      target: published.key,
      set: { contentHash: sql`excluded.content_hash`, publishedMs: nowMs },
    })
    .prepare();
  transact(database, () => {
    for (const { key, contentHash } of entries) statement.run({ key, contentHash });
  });
}

export function removePublished(database: Database, keys: readonly string[]): void {
  const statement = database.db
    .delete(published)
    .where(eq(published.key, sql.placeholder("key")))
    .prepare();
  transact(database, () => {
    for (const key of keys) statement.run({ key });
  });
}
