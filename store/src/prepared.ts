/** Statements prepared once for each database, for the queries that run often. */
import type { Database } from "./database.ts";

export function perDatabase<Prepared>(
  prepare: (database: Database) => Prepared,
): (database: Database) => Prepared {
  const known = new WeakMap<Database, Prepared>();
  return (database) => {
    const kept = known.get(database);
    if (kept !== undefined) return kept;
    const prepared = prepare(database);
    known.set(database, prepared);
    return prepared;
  };
}
