/** Stores the nodes of the newest cluster index. */
import { asc, getTableColumns, sql } from "drizzle-orm";
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
      gainOverGeneric: sql.placeholder("gainOverGeneric"),
      scores: sql.placeholder("scores"),
    })
    .prepare(),
);

/** Replaces all nodes in one transaction, so that readers see the old index or the new one. */
export function replaceClusters(database: Database, rows: readonly ClusterRow[]): void {
  const statement = insert(database);
  transact(database, () => {
    database.db.delete(clusters).run();
    for (const row of rows) statement.run(row);
  });
}

const updateMembers = perDatabase(({ sqlite }) =>
  sqlite.prepare<[number, number, number]>(
    "UPDATE clusters SET members = ? WHERE position = ? AND members <> ?",
  ),
);
const updateScores = perDatabase(({ sqlite }) =>
  sqlite.prepare<[Uint8Array, number]>("UPDATE clusters SET scores = ? WHERE position = ?"),
);

/** Updates the sizes of nodes, and the scores of those that have new ones. The nodes stay the same. */
export function updateClusters(
  database: Database,
  rows: readonly (Pick<ClusterRow, "position" | "members"> & { readonly scores: Uint8Array | undefined })[],
): void {
  const [members, scores] = [updateMembers(database), updateScores(database)];
  transact(database, () => {
    for (const row of rows) {
      members.run(row.members, row.position, row.members);
      if (row.scores !== undefined) scores.run(row.scores, row.position);
    }
  });
}

/** Returns the nodes without their scores. The root is first, and parents come before their children. */
export function allClusters(database: Database): ClusterFacts[] {
  const { scores: _, ...facts } = getTableColumns(clusters);
  return database.db.select(facts).from(clusters).orderBy(asc(clusters.position)).all();
}

/** The ids of all nodes; empty before the first cycle. */
export function clusterIds(database: Database): string[] {
  return database.db
    .select({ id: clusters.id })
    .from(clusters)
    .all()
    .map(({ id }) => id);
}

/** Returns whole rows, in the same order as {@link allClusters}. */
export function clustersWithScores(database: Database): ClusterRow[] {
  return database.db.select().from(clusters).orderBy(asc(clusters.position)).all();
}
