/** Reads pages from the store, and packs them into bulk writes that KV accepts. */
import { pageJson, type PageMetadata } from "@spillway/shared/protocol/page.ts";
import { pageKey } from "@spillway/shared/protocol/wire.ts";
import { MAX_PAIRS_PER_WRITE, MAX_WRITE_BYTES, type KvPair } from "../../kv/kv-namespace.ts";
import type { Database } from "@spillway/store/database.ts";
import { getPage, type PageHead, type PageRow } from "@spillway/store/pages/pages.ts";

export type PageBatch = { readonly pair: KvPair; readonly contentHash: string }[];

/** Each batch is one bulk write. Only one batch is in memory at a time. */
export function* pageBatches(database: Database, heads: readonly PageHead[]): Generator<PageBatch> {
  let batch: PageBatch = [];
  let bytes = 0;
  for (const { context, cluster } of heads) {
    const page = getPage(database, context, cluster);
    if (page === undefined) continue;
    const pair = toKvPair(page);
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

function toKvPair({ context, cluster, generation, builtMs, contentHash, carousels }: PageRow): KvPair {
  const metadata: PageMetadata = { generation, builtAtMs: builtMs, contentHash };
  const builtAt = new Date(builtMs).toISOString();
  return {
    key: pageKey(context, cluster),
    value: pageJson({ context, cluster, generation, builtAt }, carousels),
    metadata,
  };
}
