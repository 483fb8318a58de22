/** Whether KV still has all that was published, where nothing else is to be written. */
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import type { Database } from "@spillway/store/database.ts";
import { publishedHashes, publishedMark, publishingTo } from "@spillway/store/pages/published.ts";
import { pageHeads } from "@spillway/store/pages/pages.ts";
import type { KvNamespace } from "../../kv/kv-namespace.ts";
import type { Settled } from "../build/standing.ts";
import type { PublishReport } from "./publish.ts";
import { nextRetirementMs } from "./retire-pages.ts";

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
  { index, publishedMark: mark, untilMs }: Settled,
): Promise<boolean> {
  if (now() >= untilMs) return false;
  publishingTo(database, kv.address, now());
  return publishedMark(database) === mark && (await kv.get(KV_KEY.clusterIndex)) === index;
}

/** Whether the packs are still recorded: they are not where KV was found empty. */
export function hasPacks(database: Database, { packs: { packs, packsRefused } }: Settled): boolean {
  const hashes = publishedHashes(database);
  return (
    packsRefused.length === 0 &&
    hashes.get(KV_KEY.packs) === contentHash(JSON.stringify(packs)) &&
    (packs.catalogue === null || hashes.get(KV_KEY.cataloguePack) === packs.catalogue.contentHash) &&
    (packs.model === null || hashes.get(KV_KEY.modelPack) === packs.model.contentHash)
  );
}

export function settle(
  database: Database,
  { refused }: PublishReport,
  written: Omit<Settled, "publishedMark" | "untilMs">,
): Settled {
  const untilMs = refused.length > 0 ? 0 : nextRetirementMs(database, pageHeads(database));
  return { ...written, untilMs, publishedMark: publishedMark(database) };
}
