/**
 * The viewer map: viewer states in KV by user hash, in shards, for devices that keep no cookies. The document
 * `viewers` says how many shards there are; a shard is named by the first bits of its users' hashes.
 */
import * as z from "zod/mini";
import type { UserHash } from "./user-hash.ts";
import { checkedBy, type Checked } from "./zod-issues.ts";

export const MAX_SHARD_BITS = 16;

const documentSchema = z.object({
  version: z.int().check(z.gte(1)),
  /** There are 2^bits shards; null: there is no map. */
  bits: z.nullable(z.int().check(z.gte(0), z.lte(MAX_SHARD_BITS))),
});

export type ViewerMapDocument = z.infer<typeof documentSchema>;

export function parseViewerMap(value: unknown): Checked<ViewerMapDocument> {
  return checkedBy(documentSchema, value);
}

export const VIEWER_SHARD_PREFIX = "viewers:";

export function viewerShardKey(bits: number, shard: number): string {
  return `${VIEWER_SHARD_PREFIX}${bits}:${shard}`;
}

/** The shard of a user, from 0. */
export function viewerShardOf(bits: number, hash: UserHash): number {
  return Number.parseInt(hash.slice(0, MAX_SHARD_BITS / 4), 16) >>> (MAX_SHARD_BITS - bits);
}
