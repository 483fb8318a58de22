/**
 * Stores the newest training, so that a process that starts again, also after it was killed in its first
 * cycle, need not train again.
 */
import { deserialize, serialize } from "node:v8";
import * as z from "zod/mini";
import { packTaste, unpackTaste } from "@spillway/model/clusters/packed-taste.ts";
import type { Database } from "@spillway/store/database.ts";
import { getModel, putModel, TRAINING } from "@spillway/store/pages/models.ts";
import type { Trained } from "@spillway/model/clusters/learned.ts";

export type Training = { readonly learned: Trained; readonly trainedMs: number };

const bytes = z.instanceof(Uint8Array);
const numbers = z.instanceof(Uint32Array);
const schema = z.object({
  version: z.literal(1),
  trainedMs: z.number(),
  trainer: z.enum(["ease", "ease-head", "cosine"]),
  why: z.string(),
  itemSeqs: numbers,
  plays: numbers,
  taste: bytes,
  columns: z.array(z.object({ sources: numbers, weights: z.instanceof(Float32Array) })),
});

/** The format is internal: when another release cannot read it, the model is trained again. */
export function storeTraining(
  database: Database,
  generation: number,
  { learned, trainedMs }: Training,
): void {
  // An imported model is in the store already.
  if (learned.trainer === "imported") return;
  const { trainer, why, itemSeqs, plays, columns, taste } = learned;
  const packed = serialize({
    version: 1,
    trainedMs,
    trainer,
    why,
    // The arrays are copied, since shared memory cannot be serialized.
    itemSeqs: itemSeqs.slice(),
    plays: plays.slice(),
    taste: packTaste(taste),
    columns: columns.map(({ sources, weights }) => ({ sources: sources.slice(), weights: weights.slice() })),
  });
  putModel(database, TRAINING, generation, packed);
}

export function storedTraining(database: Database): Training | undefined {
  const packed = getModel(database, TRAINING)?.packed;
  if (packed === undefined) return undefined;
  let read: unknown;
  try {
    read = deserialize(packed);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(read);
  if (!parsed.success) return undefined;
  const taste = unpackTaste(parsed.data.taste);
  const { trainedMs, trainer, why, itemSeqs, plays, columns } = parsed.data;
  return taste && { learned: { trainer, why, itemSeqs, plays, columns, taste }, trainedMs };
}
