/** The document `packs`: which versions of catalogue pack and model pack belong together. */
import * as z from "zod/mini";
import { checkedBy, type Checked } from "./zod-issues.ts";

export type PackVersion = {
  /** The hash of its bytes, which its metadata in KV name too. */
  readonly contentHash: string;
  readonly bytes: number;
};

export type PackVersions = {
  /** Null where the catalogue is too large for an isolate: then nothing is tailored. */
  readonly catalogue: PackVersion | null;
  /** Null where there is no room beside the catalogue: then only a page's candidates are ranked. */
  readonly model: (PackVersion & { readonly weightsPerRow: number }) | null;
  /** What the budget of an isolate's memory allowed (model/packs/pack-budget.ts). */
  readonly budget: "whole" | "fewer-weights" | "candidates-only" | "none";
};

/** A value of KV has at most 25 MiB. */
export const MAX_PACK_BYTES = 25 * 1024 * 1024;

const count = z.int().check(z.gte(0));
const version = z.object({
  contentHash: z.string().check(z.regex(/^[\w-]{1,128}$/)),
  bytes: z.int().check(z.gte(1), z.lte(MAX_PACK_BYTES)),
});

const schema = z.object({
  catalogue: z.nullable(version),
  model: z.nullable(z.extend(version, { weightsPerRow: count })),
  budget: z.enum(["whole", "fewer-weights", "candidates-only", "none"]),
});

export function parsePackVersions(value: unknown): Checked<PackVersions> {
  return checkedBy(schema, value);
}

const metadataSchema = z.object({ contentHash: version.shape.contentHash });

/** The hash in a pack's metadata; undefined where there is none. */
export function packHashIn(metadata: unknown): string | undefined {
  const checked = checkedBy(metadataSchema, metadata);
  return checked.ok ? checked.value.contentHash : undefined;
}
