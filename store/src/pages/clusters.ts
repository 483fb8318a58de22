/** Nodes of the newest cluster index. */
import { asc, sql } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { clusters } from "../schema.ts";

/** `scores` is packed by model/scoring/scores.ts. */
export type ClusterRow = typeof clusters.$inferSelect;
export type ClusterFacts = Omit<ClusterRow, "scores">;

const insert = perDatabase(({ db }) =>
  db
    .insert(clusters)
    .values({
      position: sql.placeholder("position"),
      id: sql.placeholder("id"),
      parent: sql.placeholder("parent"),
      definition: sql.placeholder("definition"),
      leaf: sql.placeholder("leaf"),
      members: sql.placeholder("members"),
      gain: sql.placeholder("gain"),
      scores: sql.placeholder("scores"),
    })
    .prepare(),
);

/** Readers see the old index or the new one, never a part. */
export function replaceClusters(database: Database, rows: readonly ClusterRow[]): void {
  const statement = insert(database);
  transact(database, () => {
    database.db.delete(clusters).run();
    for (const row of rows) statement.run(row);
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
