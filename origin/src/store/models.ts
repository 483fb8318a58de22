/** Packed models by name, each with the generation that trained it. */
import { eq } from "drizzle-orm";
import type { Database } from "./database.ts";
import { models } from "./schema.ts";

/** The name of the item–item model. */
export const ITEM_MODEL = "item-item";

export type StoredModel = { readonly generation: number; readonly packed: Buffer };

export function putModel(database: Database, name: string, generation: number, packed: Buffer): void {
  database.db
    .insert(models)
    .values({ name, generation, packed })
    .onConflictDoUpdate({ target: models.name, set: { generation, packed } })
    .run();
}

export function getModel(database: Database, name: string): StoredModel | undefined {
  const { generation, packed } = models;
  return database.db.select({ generation, packed }).from(models).where(eq(models.name, name)).get();
}

/** Cheap, to see whether a model is newer than the one in memory. */
export function modelGeneration(database: Database, name: string): number | undefined {
  const row = database.db
    .select({ generation: models.generation })
    .from(models)
    .where(eq(models.name, name))
    .get();
  return row?.generation;
}
