/** The page of every cluster in every context: carousels as JSON, with the hash that tells whether they changed. */
import { contentHash } from "../content-hash.ts";
import { carouselsJson, toPageItem } from "../ranking/page-item.ts";
import { rankCarousels } from "../ranking/carousels.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/wire.ts";
import { prepareContext } from "../ranking/shelves.ts";
import type { ItemModel } from "../ranking/model.ts";
import { clusterScores } from "../clustering/means.ts";
import type { CatalogueRow } from "../ranking/catalogue-row.ts";
import type { LearnedCluster } from "./learn.ts";

export type BuiltPage = {
  readonly context: string;
  readonly cluster: string;
  readonly contentHash: string;
  readonly carousels: string;
};

/** `nowMs` is the content's clock. Yields page after page, so that nobody has to hold all of them. */
export function* buildPages(
  clusters: readonly LearnedCluster[],
  scoresOf: (cluster: number) => Float32Array,
  catalogue: readonly CatalogueRow[],
  nowMs: number,
): Generator<BuiltPage> {
  const items = catalogue.map(({ item }) => item);
  const itemJson = items.map((item) => JSON.stringify(toPageItem(item)));
  const prepared = PAGE_CONTEXTS.map((context) => prepareContext(context, items, nowMs));
  for (const [at, { id }] of clusters.entries()) {
    const scores = scoresOf(at);
    for (const context of prepared) {
      const carousels = carouselsJson(rankCarousels(context, scores), itemJson);
      yield { context: context.context, cluster: id, contentHash: contentHash(carousels), carousels };
    }
  }
}

/** Scores of every cluster for today's catalogue; a mean over fewer rows is a catalogue that has grown since. */
export function allClusterScores(clusters: readonly LearnedCluster[], model: ItemModel): Float32Array[] {
  return clusters.map(({ meanHistory }) => clusterScores(meanHistory, model));
}
