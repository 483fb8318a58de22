/** Whether KV still has all that was published, where nothing else is to be written. */
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { KV_KEY, PAGE_KEY_PREFIX } from "@spillway/shared/protocol/wire.ts";
import type { Database } from "@spillway/store/database.ts";
import { publishedHashes, publishedMark, publishingTo } from "@spillway/store/pages/published.ts";
import { countPages } from "@spillway/store/pages/pages.ts";
import { retiringClusters } from "@spillway/store/state.ts";
import type { KvNamespace } from "../../kv/kv-namespace.ts";
import type { Settled } from "../build/standing.ts";
import type { PublishReport } from "./publish.ts";

export const NOTHING_WRITTEN: PublishReport = {
  pagesWritten: 0,
  indexWritten: false,
  keysRetired: 0,
  refused: [],
};

/** Asks KV for the index alone: where that is there, so is all the rest that is recorded. */
export async function isSettled(
  {
    database,
    kv,
    now,
  }: { readonly database: Database; readonly kv: KvNamespace; readonly now: () => number },
  { index, publishedMark: mark }: Settled,
): Promise<boolean> {
  publishingTo(database, kv.address, now());
  return publishedMark(database) === mark && (await kv.get(KV_KEY.clusterIndex)) === index;
}

/** Whether the packs are still recorded: they are not where KV was found empty. */
export function hasPacks(database: Database, { packs: { packs } }: Settled): boolean {
  const hashes = publishedHashes(database);
  return (
    hashes.get(KV_KEY.packs) === contentHash(JSON.stringify(packs)) &&
    (packs.catalogue === null || hashes.get(KV_KEY.cataloguePack) === packs.catalogue.contentHash) &&
    (packs.model === null || hashes.get(KV_KEY.modelPack) === packs.model.contentHash)
  );
}

/** Undefined where something was refused, or waits to be deleted. */
export function settle(
  database: Database,
  { refused }: PublishReport,
  written: Omit<Settled, "publishedMark">,
): Settled | undefined {
  const waits = Object.keys(retiringClusters(database)).length > 0 || hasOtherPages(database);
  if (refused.length > 0 || written.packs.packsRefused.length > 0 || waits) return undefined;
  return { ...written, publishedMark: publishedMark(database) };
}

/** Whether KV has pages that the store does not have, or lacks some. */
function hasOtherPages(database: Database): boolean {
  const published = [...publishedHashes(database).keys()].filter((key) => key.startsWith(PAGE_KEY_PREFIX));
  return published.length !== countPages(database);
}
