/** Applies the migrations in `migrations/` that a database does not have yet. */
import { fileURLToPath } from "node:url";
import type Sqlite from "better-sqlite3";
import { readMigrationFiles } from "drizzle-orm/migrator";

const MIGRATIONS_FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));

/**
 * Does the same as drizzle's migrator, with its files and its table, but under the write lock. Drizzle checks
 * what is missing before it takes the lock: when two processes open a new file at once, one of them would
 * fail. Throws when the database has a migration that is newer than all of ours.
 */
export function migrate(sqlite: Sqlite.Database): void {
  const migrations = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER });
  const newestMs = migrations.at(-1)?.folderMillis ?? 0;
  // The first check is without the lock, so that a process that only opens the file does not wait for one
  // that writes.
  if (appliedMs(sqlite) === newestMs) return;
  sqlite
    .transaction(() => {
      sqlite.exec(
        "CREATE TABLE IF NOT EXISTS __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric)",
      );
      const doneMs = appliedMs(sqlite);
      if (doneMs > newestMs) throw new Error("it was written by a newer version of Spillway");
      const record = sqlite.prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)");
      for (const { folderMillis, hash, sql } of migrations) {
        if (folderMillis <= doneMs) continue;
        for (const statement of sql) sqlite.exec(statement);
        record.run(hash, folderMillis);
      }
    })
    .immediate();
}

/** Returns the time stamp of the newest migration that this version knows. */
export function newestMigrationMs(): number {
  return readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).at(-1)?.folderMillis ?? 0;
}

/** The time stamp of the newest migration that was applied; 0 for a new file. */
function appliedMs(sqlite: Sqlite.Database): number {
  const known = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get();
  if (known === undefined) return 0;
  return Number(sqlite.prepare("SELECT max(created_at) FROM __drizzle_migrations").pluck().get() ?? 0);
}
