/** For tests: packs, pages with candidates, and viewers, on real KV. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { pageJsonWithCandidates } from "@spillway/shared/protocol/page.ts";
import { pageKey } from "@spillway/shared/protocol/wire.ts";
import { buildCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { packCandidates, type Candidates } from "@spillway/model/packs/candidates.ts";
import { buildModelPack } from "@spillway/model/packs/model-pack.ts";
import { modelFromColumns, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import { toPageItem } from "@spillway/model/pages/page-item.ts";
import { putIndex, putRouting, testEdge, type OriginBehaviour } from "./test-edge.ts";

/** Items 1 to 20 are dramas, 21 to 40 comedies; a film leads to all others of its genre, the nearest most. */
export function films(changes: ReadonlyMap<number, Partial<Item>> = new Map()): Item[] {
  return Array.from({ length: 40 }, (_, row) => ({
    id: `film-${row + 1}`,
    title: `Film ${row + 1}`,
    kind: "movie",
    genres: [row < 20 ? "drama" : "comedy"],
    teams: [],
    takenDown: false,
    ...changes.get(row + 1),
  }));
}

/** A film's weights, of which the largest is 1, before a pack has rounded them to 127ths. */
export function filmModel(count: number): ItemModel {
  const itemSeqs = Uint32Array.from({ length: count }, (_, row) => row + 1);
  const columns = Array.from(itemSeqs.keys(), (target) => {
    const sources = [...itemSeqs.keys()].filter(
      (source) => source !== target && Math.floor(source / 20) === Math.floor(target / 20),
    );
    return {
      sources: Uint32Array.from(sources),
      weights: Float32Array.from(sources, (source) => 1 / Math.abs(source - target)),
    };
  });
  return modelFromColumns(itemSeqs, columns);
}

/** `version` names both packs. */
export async function putPacks(items: readonly Item[] = films(), version = "v1"): Promise<void> {
  const catalogue = buildCataloguePack(items.map((item, row) => ({ seq: row + 1, item })));
  const model = buildModelPack(filmModel(items.length), { weightsPerRow: 50 });
  const metadata = { contentHash: version };
  await env.PAGES.put("catalogue-pack", catalogue, { metadata });
  await env.PAGES.put("model-pack", model, { metadata });
  await env.PAGES.put(
    "packs",
    JSON.stringify({
      catalogue: { contentHash: version, bytes: catalogue.length },
      model: { contentHash: version, bytes: model.length, weightsPerRow: 50 },
      budget: "whole",
    }),
  );
}

/** Index, routing, packs, and a page for each cluster. */
export async function putTailoringSite(items: readonly Item[] = films()): Promise<void> {
  await putIndex();
  await putRouting({});
  await putPacks(items);
  for (const cluster of ["generic", "bel", "other"]) await putComedyPage(cluster, "homepage", items);
}

/** An edge that has read what KV holds, packs included. */
export async function readyEdge(behaviour: OriginBehaviour = "down"): Promise<ReturnType<typeof testEdge>> {
  const edge = testEdge(behaviour);
  await expect
    .poll(async () => {
      await edge.get("/recommendations?user=stranger&context=homepage");
      return edge.health();
    })
    .toMatchObject({ packs: { items: 40 } });
  return edge;
}

/** The candidates of every page, with the cluster's scores. */
export function comedies(): Candidates {
  const seqs = Uint32Array.from({ length: 20 }, (_, at) => 21 + at);
  return { seqs, scores: Float32Array.from(seqs, (seq) => 1 / seq) };
}

/** A page of the comedies 21 to 26, whose candidates are all comedies. */
export async function putComedyPage(
  cluster: string,
  context = "homepage",
  catalogue: readonly Item[] = films(),
): Promise<void> {
  const builtAtMs = Date.now() - 17_500;
  const head = { context, cluster, generation: 7, builtAt: new Date(builtAtMs).toISOString() };
  const items = catalogue.slice(20, 26).map((item) => toPageItem(item));
  const candidates = packCandidates(comedies());
  const json = pageJsonWithCandidates(
    head,
    JSON.stringify([{ id: "movies", title: "Films", items }]),
    candidates.toBase64(),
  );
  await env.PAGES.put(pageKey(context, cluster), json, {
    metadata: { generation: 7, builtAtMs, contentHash: `hash-${cluster.replaceAll(".", "-")}` },
  });
}
