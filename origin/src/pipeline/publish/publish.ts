/** Publishes to KV what the store holds and KV does not: pages first, the index that names them last. */
import { pageJson, type PageMetadata } from "@spillway/shared/protocol/page.ts";
import { KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";
import {
  MAX_PAIRS_PER_WRITE,
  MAX_WRITE_BYTES,
  type KvNamespace,
  type KvPair,
} from "../../kv/kv-namespace.ts";
import type { Database } from "../../store/database.ts";
import { deletePages, getPage, pageHeads, type PageHead, type PageRow } from "../../store/pages/pages.ts";
import {
  forgetPublished,
  publishedHashes,
  publishingTo,
  recordPublished,
  removePublished,
} from "../../store/pages/published.ts";
import { putRetiringClusters, retiringClusters, type StoredIndex } from "../../store/state.ts";

export type PublishReport = {
  readonly pagesWritten: number;
  readonly indexWritten: boolean;
  readonly keysRetired: number;
};

export type PublishOptions = {
  readonly database: Database;
  readonly kv: KvNamespace;
  readonly stored: StoredIndex;
  readonly now: () => number;
  readonly onProgress?: (pagesWritten: number, pagesToWrite: number) => void;
};

/** Clusters that the index no longer names keep their pages this long, for edges that have not read it yet. */
const RETIRE_AFTER_MS = 3600 * 1000;

/**
 * Throws KvError when KV fails; what was written until then is recorded, and the next call writes the rest. Pages are
 * written in place and self-contained, so an edge never sees half of one cycle.
 */
export async function publish(options: PublishOptions): Promise<PublishReport> {
  const { database, kv, stored, now } = options;
  publishingTo(database, kv.address, now());
  await mindLostKv(options);
  const current = new Set(stored.index.nodes.map(({ id }) => id));
  const known = publishedHashes(database);
  const heads = pageHeads(database);
  const changed = heads.filter(({ context, cluster, contentHash, layout }) => {
    const held = known.get(pageKey(context, cluster));
    // The page of a retired cluster changes with its items as long as KV holds it.
    const wanted = current.has(cluster) || (held !== undefined && layout.length > 0);
    return wanted && held !== contentHash;
  });
  let pagesWritten = 0;
  for (const batch of batches(database, changed)) {
    // A write whose answer never comes may have been carried out: until it is known, KV may hold either.
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
    options.onProgress?.(pagesWritten, changed.length);
  }
  const indexWritten = known.get(KV_KEY.clusterIndex) !== stored.hash;
  if (indexWritten) {
    removePublished(database, [KV_KEY.clusterIndex]);
    await kv.putMany([{ key: KV_KEY.clusterIndex, value: JSON.stringify(stored.index) }]);
    recordPublished(database, [{ key: KV_KEY.clusterIndex, contentHash: stored.hash }], now());
  }
  return {
    pagesWritten,
    indexWritten,
    keysRetired: await retire(
      options,
      heads.filter(({ cluster }) => !current.has(cluster)),
    ),
  };
}

/** When KV does not hold the index that was published last, it has been lost or changed: nothing can be taken for granted. */
async function mindLostKv({ database, kv, stored }: PublishOptions): Promise<void> {
  const hash = publishedHashes(database).get(KV_KEY.clusterIndex);
  if (hash === undefined) return;
  const held = await kv.get(KV_KEY.clusterIndex);
  // An older index is about to be replaced whatever it says; that it is there at all is what counts.
  const intact = hash === stored.hash ? held === JSON.stringify(stored.index) : held !== undefined;
  if (!intact) forgetPublished(database);
}

type Batch = { readonly pair: KvPair; readonly contentHash: string }[];

function* batches(database: Database, heads: readonly PageHead[]): Generator<Batch> {
  let batch: Batch = [];
  let bytes = 0;
  for (const { context, cluster } of heads) {
    const page = getPage(database, context, cluster);
    if (page === undefined) continue;
    const pair = pairOf(page);
    if (batch.length === MAX_PAIRS_PER_WRITE || bytes + pair.value.length > MAX_WRITE_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ pair, contentHash: page.contentHash });
    bytes += pair.value.length;
  }
  if (batch.length > 0) yield batch;
}

export function pairOf({ context, cluster, generation, builtMs, contentHash, carousels }: PageRow): KvPair {
  const metadata: PageMetadata = { generation, builtAtMs: builtMs, contentHash };
  const builtAt = new Date(builtMs).toISOString();
  return {
    key: pageKey(context, cluster),
    value: pageJson({ context, cluster, generation, builtAt }, carousels),
    metadata,
  };
}

/**
 * Deletes the pages (`gone`) of clusters that have been out of the index for an hour, and those of which nothing is left to show;
 * those that came back are spared.
 */
async function retire({ database, kv, now }: PublishOptions, gone: readonly PageHead[]): Promise<number> {
  const known = retiringClusters(database);
  const since = Object.fromEntries(gone.map(({ cluster }) => [cluster, known[cluster] ?? now()]));
  const due = gone.filter(
    ({ cluster, layout }) => layout.length === 0 || now() - (since[cluster] ?? now()) > RETIRE_AFTER_MS,
  );
  for (let from = 0; from < due.length; from += MAX_PAIRS_PER_WRITE) {
    const pages = due.slice(from, from + MAX_PAIRS_PER_WRITE);
    const keys = pages.map(({ context, cluster }) => pageKey(context, cluster));
    await kv.deleteMany(keys);
    removePublished(database, keys);
    await deletePages(database, pages);
  }
  const left = new Set(gone.filter((page) => !due.includes(page)).map(({ cluster }) => cluster));
  for (const { cluster } of due) if (!left.has(cluster)) delete since[cluster];
  if (gone.length > 0 || Object.keys(known).length > 0) putRetiringClusters(database, since, now());
  return due.length;
}
