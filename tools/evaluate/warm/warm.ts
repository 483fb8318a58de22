/** The warm table: how much personalization survives for users whose history is known, path by path. */
import { countPlays, historyOf } from "@spillway/model/profile/histories.ts";
import { addScores, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import { withOwnWeights } from "@spillway/model/scoring/own-weights.ts";
import { MAX_COLUMN_WEIGHTS } from "@spillway/model/scoring/strongest-weights.ts";
import { createPool } from "@spillway/model/workers/pool.ts";
import type { TaskPool } from "@spillway/model/workers/task-pool.ts";
import type { EvaluationData } from "../read-interactions.ts";
import { audienceOf, historiesOf } from "./audience.ts";
import { clusterPages } from "./cluster-pages.ts";
import { measure, type Readings, type TestUser } from "./measure.ts";
import { createTiming, type Seconds } from "./timing.ts";
import { trainModels, type TrainedModels } from "./train-models.ts";

export type Row = Readings & {
  readonly model: string;
  readonly clusters?: number;
  /**
   * (this − generic) ÷ (EASE − generic), in NDCG@10 with what was seen removed; NaN where EASE is no better
   * than generic.
   */
  readonly retention10: number;
};

export type WarmOptions = {
  /** Most clusters there may be, one row for each. */
  readonly clusters: readonly number[];
  readonly minSupport: number;
  readonly seed: number;
  /** EASE's λ. */
  readonly lambda: number;
  readonly threads: number;
  readonly onProgress: (step: string, done: number, total: number) => void;
};

export type Warm = {
  readonly warm: readonly Row[];
  readonly extra: readonly Row[];
  /** What retention is measured against: `ease`, or `item-knn` where the catalogue is too large for EASE. */
  readonly reference: "ease" | "item-knn";
  readonly testUsers: number;
  readonly trainingUsers: number;
  readonly seconds: Readonly<Seconds>;
  readonly peakRssMiB: number;
};

type Named = { readonly model: string; readonly clusters?: number; readonly readings: Readings };

export async function warmRows(data: EvaluationData, options: WarmOptions): Promise<Warm> {
  const pool = createPool(options.threads);
  try {
    return await evaluateWarm(data, options, pool);
  } finally {
    await pool.close();
  }
}

async function evaluateWarm(data: EvaluationData, options: WarmOptions, pool: TaskPool): Promise<Warm> {
  const { lambda, minSupport: minMembers, seed, onProgress } = options;
  const training = data.users.filter(({ test }) => !test);
  const testers = testUsersOf(data);
  const histories = historiesOf(training.map(({ items }) => items));
  const { seconds, timed } = createTiming();
  const plays = countPlays(histories, data.itemCount);
  const generic = measure(testers, () => Float32Array.from(plays));
  const models = await trainModels(histories, { items: data.itemCount, lambda, pool, timed, onProgress });
  onProgress("individual", 0, 1);
  const individuals = individualRows(testers, models);

  const pageModel = withOwnWeights(models.shipped, plays);
  const audience = audienceOf(histories);
  const byCluster: Named[] = [];
  const byPopularity: Named[] = [];
  for (const [at, clusters] of options.clusters.entries()) {
    onProgress(`${clusters} clusters`, at, options.clusters.length);
    const setting = { clusters, minMembers, seed, pool, timed };
    const pages = await clusterPages(audience, testers, models.shipped, pageModel, setting);
    byCluster.push({ model: "cluster", clusters, readings: measure(testers, pages.scoresOf) });
    byPopularity.push({
      model: "cluster-popular",
      clusters,
      readings: measure(testers, pages.popularityOf),
    });
  }

  const reference = models.ease === undefined ? "item-knn" : "ease";
  const withRetention = retentionBetween(
    generic,
    individuals.find(({ model }) => model === reference)?.readings,
  );
  const rows = [{ model: "generic", readings: generic }, ...byCluster, ...individuals];
  return {
    warm: rows.map(withRetention),
    extra: byPopularity.map(withRetention),
    reference,
    testUsers: testers.length,
    trainingUsers: training.length,
    seconds,
    peakRssMiB: models.peakRssMiB,
  };
}

/** The rows of the individual path, model by model. */
function individualRows(testers: readonly TestUser[], { knn, ease, shipped }: TrainedModels): Named[] {
  const rowOf = (model: string, itemModel: ItemModel): Named => ({
    model,
    readings: measure(
      testers,
      (user) => {
        const scores = new Float32Array(itemModel.itemSeqs.length);
        addScores(itemModel, historyOf(historiesOf([user.history]), 0), 1, scores);
        return scores;
      },
      "individual",
    ),
  });
  const rows = [rowOf("item-knn", knn)];
  if (ease !== undefined) rows.push(rowOf("ease", ease), rowOf(`ease-${MAX_COLUMN_WEIGHTS}`, shipped));
  return rows;
}

/** Adds to a row which share of the way from `generic` to `whole` it keeps. */
function retentionBetween(generic: Readings, whole: Readings | undefined): (row: Named) => Row {
  const ndcg10 = whole?.ndcg10 ?? 0;
  const span = ndcg10 > generic.ndcg10 ? ndcg10 - generic.ndcg10 : Number.NaN;
  return ({ model, clusters, readings }) => ({
    model,
    ...(clusters !== undefined && { clusters }),
    ...readings,
    retention10: (readings.ndcg10 - generic.ndcg10) / span,
  });
}

function testUsersOf(data: EvaluationData): TestUser[] {
  return data.users.flatMap(({ test, items, heldOut }) => {
    const history = items.filter((_, at) => heldOut[at] === 0);
    const wanted = new Set(items.filter((_, at) => heldOut[at] === 1));
    return test && history.length > 0 && wanted.size > 0 ? [{ history, wanted }] : [];
  });
}
