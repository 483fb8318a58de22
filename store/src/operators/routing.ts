/** Stores every routing that was ever pushed. The newest version is in force. */
import { desc, eq, max } from "drizzle-orm";
import { parseRouting, type Routing, type RoutingVersion } from "@spillway/shared/routing/routing.ts";
import type { Database } from "../database.ts";
import { routingVersions } from "../schema.ts";

/** Returns the new version. */
export function pushRouting(
  database: Database,
  routing: Routing,
  source: string,
  note: string | undefined,
  nowMs: number,
  by?: string,
): number {
  const row = database.db
    .insert(routingVersions)
    .values({
      routing: JSON.stringify(routing),
      source,
      note: note ?? null,
      pushedMs: nowMs,
      by: by ?? null,
    })
    .returning({ version: routingVersions.version })
    .get();
  return row.version;
}

/** Returns the next version's number, which is given to no other routing. */
export function reserveRoutingVersion({ db }: Database): number {
  const row = db
    .insert(routingVersions)
    .values({ routing: "", source: "", pushedMs: 0 })
    .returning({ version: routingVersions.version })
    .get();
  // Numbers ascend for ever (AUTOINCREMENT), so that a deleted one does not come again.
  db.delete(routingVersions).where(eq(routingVersions.version, row.version)).run();
  return row.version;
}

/** Puts a routing into force under a number that was reserved for it. */
export function putReservedRouting({ db }: Database, { routing, ...row }: RoutingVersion): void {
  db.insert(routingVersions)
    .values({ ...row, routing: JSON.stringify(routing), note: row.note ?? null, by: row.by ?? null })
    .run();
}

/** Returns undefined before the first push. */
export function currentRouting(database: Database): RoutingVersion | undefined {
  return listRouting(database, 1).at(0);
}

/** Returns 0 before the first push. */
export function currentRoutingVersion(database: Database): number {
  const row = database.db
    .select({ version: max(routingVersions.version) })
    .from(routingVersions)
    .get();
  return row?.version ?? 0;
}

export function routingByVersion(database: Database, version: number): RoutingVersion | undefined {
  const row = database.db.select().from(routingVersions).where(eq(routingVersions.version, version)).get();
  return row && fromRow(row);
}

/** Returns the newest `limit` versions, newest first. */
export function listRouting(database: Database, limit: number): RoutingVersion[] {
  return database.db
    .select()
    .from(routingVersions)
    .orderBy(desc(routingVersions.version))
    .limit(limit)
    .all()
    .map(fromRow);
}

function fromRow(row: typeof routingVersions.$inferSelect): RoutingVersion {
  const parsed = parseRouting(JSON.parse(row.routing));
  if (!parsed.ok) {
    const [first] = parsed.issues;
    throw new Error(`stored routing ${row.version} is not valid: ${first?.key ?? ""} ${first?.reason ?? ""}`);
  }
  return {
    version: row.version,
    routing: parsed.routing,
    source: row.source,
    note: row.note ?? undefined,
    pushedMs: row.pushedMs,
    by: row.by ?? undefined,
  };
}
