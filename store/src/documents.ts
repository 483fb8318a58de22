/**
 * Small versioned JSON documents in the database, such as the pins, the cluster index, the clock and the fold
 * cursor.
 */
import { eq, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { perDatabase } from "./prepared.ts";
import { documents } from "./schema.ts";

/** `version` counts the writes; the first one is 1. */
export type Document<Value> = { readonly version: number; readonly value: Value; readonly updatedMs: number };

const select = perDatabase(({ db }) =>
  db
    .select()
    .from(documents)
    .where(eq(documents.key, sql.placeholder("key")))
    .prepare(),
);

/**
 * `parse` checks the JSON value. What it throws, such as for a document of an older release, is passed on to
 * the caller.
 */
export function getDocument<Value>(
  database: Database,
  key: string,
  parse: (value: unknown) => Value,
): Document<Value> | undefined {
  const row = select(database).get({ key });
  return row && { version: row.version, value: parse(JSON.parse(row.json)), updatedMs: row.updatedMs };
}

/** Returns the new version. */
export function putDocument(database: Database, key: string, value: unknown, nowMs: number): number {
  const row = database.db
    .insert(documents)
    .values({ key, version: 1, json: JSON.stringify(value), updatedMs: nowMs })
    .onConflictDoUpdate({
      target: documents.key,
      set: { version: sql`${documents.version} + 1`, json: sql`excluded.json`, updatedMs: nowMs },
    })
    .returning({ version: documents.version })
    .get();
  return row.version;
}

export function deleteDocument(database: Database, key: string): void {
  database.db.delete(documents).where(eq(documents.key, key)).run();
}
