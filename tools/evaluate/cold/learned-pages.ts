/**
 * The adapter to the shipped learning: an audience → whose page a visitor gets, and how that page ranks the
 * catalogue.
 */
import type { Audience } from "@spillway/model/clusters/audience.ts";
import { clusterScores } from "@spillway/model/clusters/mean-histories.ts";
import { extendModel } from "@spillway/model/scoring/extend-model.ts";
import { DEFAULT_TREE, learn } from "@spillway/model/clusters/learn.ts";
import type { Trained } from "@spillway/model/clusters/learned.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { withOwnWeights } from "@spillway/model/scoring/own-weights.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import { compileClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";

export type LearnedPages = {
  /** Position of the visitor's cluster; 0 is everybody's. */
  readonly clusterOf: (signals: Signals) => number;
  /** Mean history × model, by row of the catalogue. */
  readonly scoresOf: (cluster: number) => Float32Array;
};

export type PageLearning = {
  readonly catalogue: readonly CatalogueEntry[];
  readonly trained: Trained;
  readonly pool: WorkerPool;
};

/**
 * Learns from one audience as often as asked, each time with other `signals`; taste segments come with the
 * model, and stay.
 */
export function pageLearner({ histories, visits }: Audience, { catalogue, trained, pool }: PageLearning) {
  const model = withOwnWeights(extendModel(catalogue, trained), trained.plays);
  const items = catalogue.length;
  return async (signals: Audience["signals"]): Promise<LearnedPages> => {
    const audience = { histories, visits, signals };
    const { clusters, means } = await learn(audience, catalogue, trained, { ...DEFAULT_TREE, pool });
    const index = compileClusterIndex({ generation: 0, builtAt: "", nodes: clusters });
    const positions = new Map(clusters.map(({ id }, at) => [id, at]));
    return {
      clusterOf: (own) => positions.get(index.assign(own).id) ?? 0,
      scoresOf: (cluster) => clusterScores(means.subarray(cluster * items, (cluster + 1) * items), model),
    };
  };
}
