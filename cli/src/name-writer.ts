/**
 * Finds out which process holds the write lock of the database, for the message of a command that gave up.
 */
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { writerNow } from "@spillway/store/holders.ts";

/** Returns undefined when nobody has announced itself. Reading does not wait for the lock. */
export function nameWriter(): string | undefined {
  try {
    const database = openDatabase(loadStorePaths(readEnvironment()).databasePath, { readonly: true });
    try {
      return writerNow(database);
    } finally {
      database.close();
    }
  } catch {
    // The message is only less precise without it.
    return undefined;
  }
}
