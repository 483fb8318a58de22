/** Deletes the pages of retired clusters, those that the index no longer names, from KV and the store. */
import { PAGE_KEY_PREFIX, pageKey } from "@spillway/shared/protocol/wire.ts";
import { MAX_PAIRS_PER_WRITE, type KvNamespace } from "../../kv/kv-namespace.ts";
import type { Database } from "@spillway/store/database.ts";
import { deletePages, type PageHead } from "@spillway/store/pages/pages.ts";
import { publishedBefore, removePublished } from "@spillway/store/pages/published.ts";
import { putRetiringClusters, retiringClusters } from "@spillway/store/state.ts";

/** Retired pages stay in KV for this long, since some edges have not read the new index yet. */
const RETIRE_AFTER_MS = 3600 * 1000;

export type RetireDeps = {
  readonly database: Database;
  readonly kv: KvNamespace;
  readonly now: () => number;
};

/**
 * `retired` are the pages of all clusters that are out of the index now. Deletes those whose cluster has been
 * out of it for an hour, and those that have nothing left to show. A cluster that comes back into the index
 * keeps its pages. Returns how many pages it deleted.
 */
export async function retirePages(
  { database, kv, now }: RetireDeps,
  retired: readonly PageHead[],
): Promise<number> {
  const known = retiringClusters(database);
  const since = Object.fromEntries(retired.map(({ cluster }) => [cluster, known[cluster] ?? now()]));
  const expired = retired.filter(
    ({ cluster, layout }) => layout.length === 0 || now() - (since[cluster] ?? now()) > RETIRE_AFTER_MS,
  );
  for (let from = 0; from < expired.length; from += MAX_PAIRS_PER_WRITE) {
    const pages = expired.slice(from, from + MAX_PAIRS_PER_WRITE);
    const keys = pages.map(({ context, cluster }) => pageKey(context, cluster));
    await kv.deleteMany(keys);
    removePublished(database, keys);
    await deletePages(database, pages);
  }
  const left = new Set(retired.filter((page) => !expired.includes(page)).map(({ cluster }) => cluster));
  for (const { cluster } of expired) if (!left.has(cluster)) delete since[cluster];
  if (retired.length > 0 || Object.keys(known).length > 0) putRetiringClusters(database, since, now());
  return expired.length;
}

/** When the next page is to be deleted; Infinity where none is. `heads` are of all pages in the store. */
export function nextRetirementMs(database: Database, heads: readonly PageHead[]): number {
  const since = Object.values(retiringClusters(database));
  const isUnknown = unknownPages(database, heads, Infinity).length > 0;
  return isUnknown ? 0 : since.reduce((next, ms) => Math.min(next, ms + RETIRE_AFTER_MS), Infinity);
}

function unknownPages(database: Database, heads: readonly PageHead[], beforeMs: number): string[] {
  const known = new Set(heads.map(({ context, cluster }) => pageKey(context, cluster)));
  return publishedBefore(database, beforeMs).filter(
    (key) => key.startsWith(PAGE_KEY_PREFIX) && !known.has(key),
  );
}

/**
 * Deletes the pages in KV that the store does not have, after an hour: only a restore of a backup leaves such
 * pages (backup/continue-from.ts). Returns how many.
 */
export async function deleteUnknownPages(
  { database, kv, now }: RetireDeps,
  heads: readonly PageHead[],
): Promise<number> {
  const unknown = unknownPages(database, heads, now() - RETIRE_AFTER_MS);
  for (let from = 0; from < unknown.length; from += MAX_PAIRS_PER_WRITE) {
    const keys = unknown.slice(from, from + MAX_PAIRS_PER_WRITE);
    await kv.deleteMany(keys);
    removePublished(database, keys);
  }
  return unknown.length;
}
