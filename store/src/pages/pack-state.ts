/**
 * Which packs KV holds (origin/src/pipeline/publish/publish-packs.ts), and which items the model's is about.
 */
import * as z from "zod/mini";
import { parsePackVersions, type PackVersions } from "@spillway/shared/protocol/pack-versions.ts";
import type { Database } from "../database.ts";
import { getDocument, putDocument } from "../documents.ts";

export type PackState = {
  readonly versions: PackVersions;
  /** model/packs/model-pack.ts */
  readonly modelRows: { readonly count: number; readonly checksum: number };
};

const schema = z.object({
  versions: z.unknown(),
  modelRows: z.object({ count: z.int(), checksum: z.int() }),
});

const KEY = "packs";

/** Undefined before the first cycle, and where an other release has left what this one cannot read. */
export function packState(database: Database): PackState | undefined {
  const document = getDocument(database, KEY, (value) => schema.safeParse(value));
  if (document?.value.success !== true) return undefined;
  const { versions, modelRows } = document.value.data;
  const parsed = parsePackVersions(versions);
  return parsed.ok ? { versions: parsed.value, modelRows } : undefined;
}

export function putPackState(database: Database, state: PackState, nowMs: number): void {
  putDocument(database, KEY, state, nowMs);
}
