/** Prepares a statement once for each database, for queries that run often. */
import type { Database } from "./database.ts";

export function perDatabase<Prepared>(
  prepare: (database: Database) => Prepared,
): (database: Database) => Prepared {
  const known = new WeakMap<Database, Prepared>();
  return (database) => {
    const existing = known.get(database);
    if (existing !== undefined) return existing;
    const prepared = prepare(database);
    known.set(database, prepared);
    return prepared;
  };
}
