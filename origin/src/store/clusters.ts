/** Nodes of the newest cluster index. */
import { asc } from "drizzle-orm";
import { transact, type Database } from "./database.ts";
import { clusters } from "./schema.ts";

/** `scores` is packed by ranking/scores.ts. */
export type ClusterRow = typeof clusters.$inferSelect;
export type ClusterFacts = Omit<ClusterRow, "scores">;

/** Readers see the old index or the new one, never a part. */
export function replaceClusters(database: Database, rows: readonly ClusterRow[]): void {
  transact(database, () => {
    database.db.delete(clusters).run();
    for (const row of rows) database.db.insert(clusters).values(row).run();
  });
}

/** Root first, parents before children; without their scores. */
export function allClusters(database: Database): ClusterFacts[] {
  const { position, id, parent, definition, leaf, members, gain } = clusters;
  return database.db
    .select({ position, id, parent, definition, leaf, members, gain })
    .from(clusters)
    .orderBy(asc(position))
    .all();
}

/** In the same order, whole. */
export function clustersWithScores(database: Database): ClusterRow[] {
  return database.db.select().from(clusters).orderBy(asc(clusters.position)).all();
}
