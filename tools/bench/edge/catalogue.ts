/**
 * A catalogue of 20,000 titles with a model, as the pipeline would publish them: packs, and each cluster's
 * homepage with its candidates.
 */
import { candidatesOf, rowsOfContext } from "@spillway/model/pages/page-candidates.ts";
import type { PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import { DEFAULT_SHAPE, placeCarousels, topItemsLimit } from "@spillway/model/pages/carousels.ts";
import { toPageItem } from "@spillway/model/pages/page-item.ts";
import { createPageWorkspace } from "@spillway/model/pages/page-workspace.ts";
import { topItemsOf, worthOf } from "@spillway/model/pages/top-items.ts";
import { buildCataloguePack, readCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { buildModelPack, readModelPack } from "@spillway/model/packs/model-pack.ts";
import { pairPacks, type Packs } from "@spillway/model/packs/packs.ts";
import { modelFromColumns, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { pageJsonWithCandidates, type PageHead } from "@spillway/shared/protocol/page.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { issuesLine, type Checked } from "@spillway/shared/protocol/zod-issues.ts";
import { syntheticCatalogue } from "../precompute/synthetic-catalogue.ts";

export const TITLES = 20_000;
/** Out of each title: rather more than a trained model keeps on average. */
export const MODEL_WEIGHTS = 100;
const SEED = 14;
/** Popularity falls with the rank, as 1 ÷ rank^0.8, in any order of the catalogue. */
const POPULARITY_EXPONENT = 0.8;

export type BenchCatalogue = {
  readonly entries: readonly CatalogueEntry[];
  readonly cataloguePack: Uint8Array<ArrayBuffer>;
  readonly modelPack: Uint8Array<ArrayBuffer>;
  readonly packs: Packs;
  /** By row, in shares of the most popular. */
  readonly popularity: Float32Array;
  readonly packedCandidates: (cluster: number) => Uint8Array<ArrayBuffer>;
  readonly pageOf: (head: PageHead, cluster: number) => string;
};

export function benchCatalogue(nowMs: number): BenchCatalogue {
  const random = seededRandom(SEED);
  const entries = syntheticCatalogue(TITLES, SEED, nowMs).map((item, at) => ({ seq: at + 1, item }));
  const popularity = Float32Array.from(entries, () => (1 + random() * TITLES) ** -POPULARITY_EXPONENT);
  const cataloguePack = buildCataloguePack(entries);
  const modelPack = buildModelPack(inventModel(popularity, random), { weightsPerRow: MODEL_WEIGHTS });
  const catalogue = valueOf(readCataloguePack(cataloguePack));
  const packs = pairPacks(catalogue, valueOf(readModelPack(modelPack)));
  const prepared = catalogue.contextsAt(nowMs).get("homepage");
  if (packs === undefined || prepared === undefined) throw new Error("the packs are no pair");
  const layOut = clusterPages(prepared, popularity, catalogue.itemSeqs);
  return {
    entries,
    cataloguePack,
    modelPack,
    packs,
    popularity,
    packedCandidates: (cluster) => layOut(cluster).candidates,
    pageOf: (head, cluster) => {
      const { placed, candidates } = layOut(cluster);
      const carousels = placed.map(({ carousel, rows }) => ({
        id: prepared.carousels[carousel]?.id,
        title: prepared.carousels[carousel]?.title,
        items: rows.map((row) => entries[row]).map((entry) => entry && toPageItem(entry.item)),
      }));
      return pageJsonWithCandidates(head, JSON.stringify(carousels), candidates.toBase64());
    },
  };
}

/** Each title has as many sources as a pack keeps of a row: the popular are sources, and targets, of more. */
function inventModel(popularity: Float32Array, random: () => number): ItemModel {
  const itemSeqs = Uint32Array.from({ length: TITLES }, (_, row) => row + 1);
  const byPopularity = itemSeqs
    .map((_, row) => row)
    .toSorted((a, b) => (popularity[b] ?? 0) - (popularity[a] ?? 0));
  const columns = Array.from({ length: TITLES }, () => {
    const sources = new Set<number>();
    // The square of a uniform draw prefers the front.
    while (sources.size < MODEL_WEIGHTS) {
      sources.add(byPopularity[Math.floor(random() ** 2 * TITLES)] ?? 0);
    }
    return {
      sources: Uint32Array.from(sources).toSorted(),
      weights: Float32Array.from(sources, () => 0.01 + random() ** 4),
    };
  });
  return modelFromColumns(itemSeqs, columns);
}

/** Each cluster likes what is popular, and some titles more than others do. */
function clusterPages(prepared: PreparedContext, popularity: Float32Array, itemSeqs: Uint32Array) {
  const workspace = createPageWorkspace();
  const inContext = rowsOfContext(prepared);
  return (cluster: number) => {
    const random = seededRandom(cluster + 1);
    const scores = popularity.map((value) => value * (0.5 + random()));
    const worth = worthOf(prepared, scores);
    const topItems = topItemsOf(prepared.table, worth, topItemsLimit(DEFAULT_SHAPE), workspace);
    const placed = placeCarousels(prepared, worth, topItems, DEFAULT_SHAPE);
    const input = { prepared, inContext, placed, worth, topItems, scores, itemSeqs };
    return { placed, candidates: candidatesOf(input, workspace) };
  };
}

function valueOf<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(issuesLine(checked.issues));
  return checked.value;
}
