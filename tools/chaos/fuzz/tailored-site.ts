/** The demo's site with packs, and with candidates on its pages: what tailoring a page needs. */
import { buildCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { packCandidates } from "@spillway/model/packs/candidates.ts";
import { buildModelPack } from "@spillway/model/packs/model-pack.ts";
import { modelFromColumns } from "@spillway/model/scoring/item-model.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { pageJsonWithCandidates, type Page } from "@spillway/shared/protocol/page.ts";
import { KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";
import { CLUSTERS, goodSite, PAGES, type KvContent } from "./site.ts";

/** Every item of the demo's pages; its items.seq is its place, from 1. */
export const ITEMS: readonly Item[] = [
  ...new Map(PAGES.flatMap(itemsOf).map((item) => [item.id, { genres: [], teams: [], ...item }])).values(),
].map((item, at) => ({ ...item, takenDown: at % 17 === 5 }) as Item);

const SEQ_OF = new Map(ITEMS.map(({ id }, at) => [id, at + 1]));
const WEIGHTS_PER_ROW = 40;

export function tailoredSite(): KvContent {
  const kv = goodSite();
  const catalogue = buildCataloguePack(ITEMS.map((item, at) => ({ seq: at + 1, item })));
  const model = buildModelPack(modelOf(ITEMS.length), { weightsPerRow: WEIGHTS_PER_ROW });
  const version = { contentHash: "fuzz", bytes: catalogue.length };
  const packs = {
    catalogue: version,
    model: { ...version, weightsPerRow: WEIGHTS_PER_ROW },
    budget: "whole",
  };
  kv.set(KV_KEY.packs, { value: JSON.stringify(packs) });
  kv.set(KV_KEY.cataloguePack, { value: catalogue, metadata: version });
  kv.set(KV_KEY.modelPack, { value: model, metadata: version });
  for (const page of PAGES) {
    const { carousels, ...head } = page;
    for (const cluster of CLUSTERS) {
      const key = pageKey(page.context, cluster);
      const value = pageJsonWithCandidates(
        { ...head, cluster },
        JSON.stringify(carousels),
        candidatesOf(page),
      );
      kv.set(key, { ...kv.get(key), value });
    }
  }
  return kv;
}

function itemsOf({ carousels }: Page) {
  return carousels.flatMap(({ items }) => items);
}

/** The page's own items, and every third of all. */
function candidatesOf(page: Page): string {
  const own = new Set(itemsOf(page).map(({ id }) => SEQ_OF.get(id) ?? 0));
  const seqs = Uint32Array.from(SEQ_OF.values()).filter((seq) => own.has(seq) || seq % 3 === 0);
  return packCandidates({ seqs, scores: Float32Array.from(seqs, (seq) => (seq % 13) / 13) }).toBase64();
}

/** Every item leads to those of the same rest, with weights of either sign. */
function modelOf(items: number): ReturnType<typeof modelFromColumns> {
  const columns = Array.from({ length: items }, (_, target) => {
    const sources = Array.from({ length: items }, (_item, source) => source).filter(
      (source) => source % 7 === target % 7 && source !== target,
    );
    return {
      sources: Uint32Array.from(sources),
      weights: Float32Array.from(sources, (source) => ((source * 31 + target) % 9) - 2),
    };
  });
  return modelFromColumns(
    Uint32Array.from({ length: items }, (_, at) => at + 1),
    columns,
  );
}
