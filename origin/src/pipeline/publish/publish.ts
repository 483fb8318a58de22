/** Publishes what the store holds and KV does not: pages first, and last the index that names them. */
import { KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";
import { publishedIssues } from "@spillway/shared/protocol/published.ts";
import { issuesLine, type Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { inlinePool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import type { KvNamespace } from "../../kv/kv-namespace.ts";
import type { Database } from "@spillway/store/database.ts";
import { pageHeads, type PageHead } from "@spillway/store/pages/pages.ts";
import {
  forgetPublished,
  publishedHashes,
  publishingTo,
  recordPublished,
  removePublished,
} from "@spillway/store/pages/published.ts";
import type { StoredIndex } from "@spillway/store/state.ts";
import { pageBatches, publishedAs } from "./page-batches.ts";
import { pageIssues } from "./page-issues.ts";
import { deleteUnknownPages, retirePages } from "./retire-pages.ts";

export type PublishReport = {
  readonly pagesWritten: number;
  readonly indexWritten: boolean;
  readonly keysRetired: number;
  /** What was not written, since no edge would take it, and why. What KV holds stays. */
  readonly refused: readonly Issue[];
};

export type PublishOptions = {
  readonly database: Database;
  readonly kv: KvNamespace;
  readonly stored: StoredIndex;
  readonly now: () => number;
  /** By default there are no threads. */
  readonly pool?: WorkerPool | undefined;
  readonly onProgress?: (pagesWritten: number, pagesToWrite: number) => void;
};

/**
 * Throws KvError when KV fails. What was written until then is recorded, and the next call writes the rest.
 * Each page is one value that is complete by itself, so an edge never sees half of a page.
 */
export async function publish(options: PublishOptions): Promise<PublishReport> {
  const { database, kv, stored, now } = options;
  publishingTo(database, kv.address, now());
  await forgetLostKv(options);
  const current = new Set(stored.index.nodes.map(({ id }) => id));
  const hashes = publishedHashes(database);
  const heads = pageHeads(database);
  const changed = heads.filter((head) => {
    const { context, cluster, layout } = head;
    const published = hashes.get(pageKey(context, cluster));
    // The page of a retired cluster changes with its items as long as KV holds it.
    const wanted = current.has(cluster) || (published !== undefined && layout.length > 0);
    return wanted && published !== publishedAs(head);
  });
  const { pagesWritten, refused } = await writePages(options, changed);
  const pair = { key: KV_KEY.clusterIndex, value: JSON.stringify(stored.index) };
  const isNew = hashes.get(KV_KEY.clusterIndex) !== stored.hash;
  const indexIssues = isNew ? publishedIssues(pair.key, pair.value) : [];
  const indexWritten = isNew && indexIssues.length === 0;
  if (indexIssues.length > 0) refused.push({ key: pair.key, reason: issuesLine(indexIssues) });
  if (indexWritten) {
    removePublished(database, [KV_KEY.clusterIndex]);
    await kv.putMany([pair]);
    recordPublished(database, [{ key: KV_KEY.clusterIndex, contentHash: stored.hash }], now());
  }
  const retired = heads.filter(({ cluster }) => !current.has(cluster));
  const keysRetired = (await retirePages(options, retired)) + (await deleteUnknownPages(options, heads));
  return { pagesWritten, indexWritten, keysRetired, refused };
}

/**
 * Forgets what was published when KV does not hold the index that was published last: then KV was emptied or
 * changed by somebody else, and none of its content can be relied on.
 */
async function forgetLostKv({ database, kv, stored }: PublishOptions): Promise<void> {
  const hash = publishedHashes(database).get(KV_KEY.clusterIndex);
  if (hash === undefined) return;
  const published = await kv.get(KV_KEY.clusterIndex);
  // An older index is about to be replaced, so its content does not matter: it only has to be there.
  const intact = hash === stored.hash ? published === JSON.stringify(stored.index) : published !== undefined;
  if (!intact) forgetPublished(database);
}

async function writePages(
  { database, kv, now, pool = inlinePool, onProgress }: PublishOptions,
  changed: readonly PageHead[],
): Promise<{ pagesWritten: number; refused: Issue[] }> {
  let pagesWritten = 0;
  const refused: Issue[] = [];
  for (const all of pageBatches(database, changed)) {
    const issues = await pageIssues(
      all.map(({ pair }) => pair),
      pool,
    );
    const batch = all.filter(({ pair }, at) => {
      const reason = issues[at];
      if (reason !== undefined) refused.push({ key: pair.key, reason });
      return reason === undefined;
    });
    if (batch.length === 0) continue;
    // A write whose answer never arrives may have been carried out. Until KV answers, it may hold the old or
    // the new page.
    removePublished(
      database,
      batch.map(({ pair }) => pair.key),
    );
    await kv.putMany(batch.map(({ pair }) => pair));
    recordPublished(
      database,
      batch.map(({ pair, contentHash }) => ({ key: pair.key, contentHash })),
      now(),
    );
    pagesWritten += batch.length;
    onProgress?.(pagesWritten, changed.length);
  }
  return { pagesWritten, refused };
}
