/** Publishes the packs: first their bytes, last the document that names them. */
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { ItemModel } from "@spillway/model/scoring/item-model.ts";
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import type { PackVersions } from "@spillway/shared/protocol/pack-versions.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { Database } from "@spillway/store/database.ts";
import { packState, putPackState } from "@spillway/store/pages/pack-state.ts";
import { publishedHashes, recordPublished, removePublished } from "@spillway/store/pages/published.ts";
import type { KvNamespace, KvPair } from "../../kv/kv-namespace.ts";
import { buildPacks, type StandingModelPack } from "../build/build-packs.ts";

export type PackOptions = {
  readonly database: Database;
  readonly kv: KvNamespace;
  readonly now: () => number;
  readonly catalogue: readonly CatalogueEntry[];
  /** By the content's clock. */
  readonly contentNowMs: number;
  /** Whether the model may be another than in the last cycle. */
  readonly learned: boolean;
  readonly model: () => ItemModel;
  readonly onProgress: (done: number, total: number) => void;
};

export type PackReport = {
  /** Of the two packs and the document that names them, as many as had changed. */
  readonly packsWritten: number;
  readonly packs: PackVersions;
  readonly packsRefused: readonly Issue[];
};

/** Building, three writes. */
const STEPS = 4;

/**
 * Throws KvError when KV fails; the next call writes the rest. They come after the pages: a pack and a page
 * of different cycles serve together, since a page's candidates are items.seq, which never mean another item.
 */
export async function publishPacks(options: PackOptions): Promise<PackReport> {
  const { database, kv, now, catalogue, contentNowMs, model, onProgress } = options;
  const built = buildPacks({ catalogue, contentNowMs, model, standing: standingModel(options) });
  onProgress(1, STEPS);
  const { versions, modelRows } = built;
  let packsWritten = 0;
  const write = async (pair: KvPair, hash: string): Promise<void> => {
    if (publishedHashes(database).get(pair.key) === hash) return;
    // A write whose answer never arrives may have been carried out.
    removePublished(database, [pair.key]);
    await kv.putMany([pair]);
    recordPublished(database, [{ key: pair.key, contentHash: hash }], now());
    packsWritten += 1;
  };
  const writePack = async (key: string, value: Uint8Array | undefined, hash = ""): Promise<void> => {
    if (value !== undefined) await write({ key, value, metadata: { contentHash: hash } }, hash);
  };
  await writePack(KV_KEY.cataloguePack, built.cataloguePack, versions.catalogue?.contentHash);
  onProgress(2, STEPS);
  await writePack(KV_KEY.modelPack, built.modelPack, versions.model?.contentHash);
  onProgress(3, STEPS);
  const json = JSON.stringify(versions);
  await write({ key: KV_KEY.packs, value: json }, contentHash(json));
  putPackState(database, { versions, modelRows }, now());
  return { packsWritten, packs: versions, packsRefused: built.refused };
}

/** The model pack that KV holds, where this cycle has the model of the cycle that wrote it. */
function standingModel({ database, learned }: PackOptions): StandingModelPack | undefined {
  const state = packState(database);
  if (learned || state === undefined || state.versions.catalogue === null) return undefined;
  const { model, budget } = state.versions;
  const isThere = model === null || publishedHashes(database).get(KV_KEY.modelPack) === model.contentHash;
  return isThere ? { model, budget, rows: state.modelRows } : undefined;
}
