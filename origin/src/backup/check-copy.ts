/** Checks that a copied database is sound. */
import Sqlite from "better-sqlite3";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";

/**
 * Returns what is wrong with the database, or undefined. Afterwards it has no write-ahead log, so that it is
 * one file. It reads the whole database: some seconds for each gigabyte.
 */
export function problemOfCopy(path: string): string | undefined {
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(path, { fileMustExist: true });
    sqlite.pragma("journal_mode = DELETE");
    const found = String(sqlite.pragma("integrity_check(1)", { simple: true }));
    return found === "ok" ? undefined : found.replaceAll(/\s+/g, " ");
  } catch (error) {
    return reasonOf(error);
  } finally {
    sqlite?.close();
  }
}
