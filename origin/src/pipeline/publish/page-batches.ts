/** Reads pages from the store, and packs them into bulk writes that KV accepts. */
import { pageJson, pageJsonWithCandidates, type PageMetadata } from "@spillway/shared/protocol/page.ts";
import { pageKey } from "@spillway/shared/protocol/wire.ts";
import { MAX_PAIRS_PER_WRITE, MAX_WRITE_BYTES, type KvPair } from "../../kv/kv-namespace.ts";
import type { Database } from "@spillway/store/database.ts";
import { candidatesOfPage, getPage, type PageHead, type PageRow } from "@spillway/store/pages/pages.ts";

export type PageBatch = {
  readonly pair: KvPair & { readonly value: string };
  readonly contentHash: string;
}[];

/**
 * What is recorded of a page that KV holds. A page whose candidates alone have changed is not written again,
 * but one from a time without candidates is.
 */
export function publishedAs({
  contentHash,
  hasCandidates,
}: Pick<PageHead, "contentHash" | "hasCandidates">): string {
  return hasCandidates === 0 ? contentHash : `${contentHash}+candidates`;
}

/** Each batch is one bulk write. Only one batch is in memory at a time. */
export function* pageBatches(database: Database, heads: readonly PageHead[]): Generator<PageBatch> {
  let batch: PageBatch = [];
  let bytes = 0;
  for (const { context, cluster } of heads) {
    const page = getPage(database, context, cluster);
    if (page === undefined) continue;
    const candidates = candidatesOfPage(database, page);
    const pair = toKvPair(page, candidates);
    const contentHash = publishedAs({
      contentHash: page.contentHash,
      hasCandidates: candidates === undefined ? 0 : 1,
    });
    if (batch.length === MAX_PAIRS_PER_WRITE || bytes + pair.value.length > MAX_WRITE_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ pair, contentHash });
    bytes += pair.value.length;
  }
  if (batch.length > 0) yield batch;
}

function toKvPair(
  { context, cluster, generation, builtMs, contentHash, carousels }: PageRow,
  candidates: Uint8Array | undefined,
): PageBatch[number]["pair"] {
  const metadata: PageMetadata = { generation, builtAtMs: builtMs, contentHash };
  const head = { context, cluster, generation, builtAt: new Date(builtMs).toISOString() };
  const value =
    candidates === undefined
      ? pageJson(head, carousels)
      : pageJsonWithCandidates(head, carousels, Buffer.from(candidates).toString("base64"));
  return { key: pageKey(context, cluster), value, metadata };
}
