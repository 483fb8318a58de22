/** Stores packed models by name, each with the generation that stored it. */
import { eq } from "drizzle-orm";
import type { Database } from "../database.ts";
import { models } from "../schema.ts";

/** The item–item model that is served, packed by model/scoring/item-model.ts. */
export const ITEM_MODEL = "item-item";
/**
 * An imported item–item model, packed in the same way. As long as it is stored, cycles use it and train none.
 */
export const IMPORTED_MODEL = "imported";
/** The taste segments, packed by model/clusters/packed-taste.ts. */
export const TASTE_MODEL = "taste";

/** The newest training, for the next pipeline process (origin/src/pipeline/learn/stored-training.ts). */
export const TRAINING = "training";

export type StoredModel = { readonly generation: number; readonly packed: Uint8Array };

export function putModel(database: Database, name: string, generation: number, packed: Uint8Array): void {
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

/** Returns whether there was one. */
export function deleteModel(database: Database, name: string): boolean {
  return database.db.delete(models).where(eq(models.name, name)).run().changes > 0;
}

/**
 * Returns a model's generation without its content: a cheap check whether it is newer than the one in memory.
 */
export function modelGeneration(database: Database, name: string): number | undefined {
  const row = database.db
    .select({ generation: models.generation })
    .from(models)
    .where(eq(models.name, name))
    .get();
  return row?.generation;
}
