/** The warm table: how much personalization survives for users whose history is known, path by path. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { countPlays, historyOf } from "@spillway/model/profile/histories.ts";
import { withOwnWeights } from "@spillway/model/scoring/own-weights.ts";
import { MAX_COLUMN_WEIGHTS } from "@spillway/model/scoring/strongest-weights.ts";
import type { TrainingPlan } from "@spillway/model/trainers/choose-trainer.ts";
import { createPool } from "@spillway/model/workers/pool.ts";
import type { TaskPool } from "@spillway/model/workers/task-pool.ts";
import type { EvaluationData } from "../read-interactions.ts";
import { audienceOf, historiesOf } from "./audience.ts";
import { clusterPages } from "./cluster-pages.ts";
import { measure, type Readings, type TestUser } from "./measure.ts";
import { tailoring } from "./tailored.ts";
import { testUsersOf } from "./test-users.ts";
import { createTiming, type Seconds } from "./timing.ts";
import { scorerOf, trainModels, type Scorer, type TrainedModels } from "./train-models.ts";

export type Row = Readings & {
  readonly model: string;
  readonly clusters?: number;
  /**
   * (this − generic) ÷ (EASE − generic), in NDCG@10 with only what each path itself removes; NaN where EASE
   * is no better than generic.
   */
  readonly retention10AsServed: number;
  /** The same with everything watched removed from each ranking, whatever the path. */
  readonly retention10: number;
};

export type WarmOptions = {
  /** Most clusters there may be, one row for each. */
  readonly clusters: readonly number[];
  readonly minSupport: number;
  readonly seed: number;
  /** So many titles of a test user's history are known at the edge; absent: all. */
  readonly history?: number;
  /** EASE's λ. */
  readonly lambda: number;
  /** EASE is solved whole, and what retention is measured against, at any size. */
  readonly withEase?: boolean;
  readonly threads: number;
  readonly onProgress: (step: string, done: number, total: number) => void;
};

/** The model that `auto` chose for individual answers. */
export type Individual = Pick<Row, "ndcg10" | "ndcg100" | "recall20" | "retention10"> & {
  /** `ease`, or what takes its place where that would take too long or too much. */
  readonly model: TrainingPlan["trainer"];
  /** What was weighed, with multiply-adds, bytes and expected seconds. */
  readonly why: string;
};

export type Warm = {
  readonly warm: readonly Row[];
  readonly individual: Individual;
  readonly extra: readonly Row[];
  /** What retention is measured against: `ease`, or `item-knn` where the catalogue is too large for EASE. */
  readonly reference: "ease" | "item-knn";
  /** What an isolate needs for `tailored`; absent where the catalogue is too large for packs. */
  readonly packBytes?: number;
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
  const testers = testUsersOf(data, options);
  const histories = historiesOf(training.map(({ items }) => items));
  const { seconds, timed } = createTiming();
  const plays = countPlays(histories, data.itemCount);
  const generic = measure(testers, () => Float32Array.from(plays), "nothing");
  const models = await trainModels(histories, {
    items: data.itemCount,
    lambda,
    withEase: options.withEase === true,
    pool,
    timed,
    onProgress,
  });
  onProgress("individual", 0, 1);
  const individuals = individualRows(testers, models);

  const pageModel = withOwnWeights(models.shipped, plays);
  const audience = audienceOf(histories);
  const edge = await timed("tailored", async () => tailoring(models.shipped));
  const byCluster: Named[] = [];
  const byPopularity: Named[] = [];
  for (const [at, clusters] of options.clusters.entries()) {
    onProgress(counted(clusters, "cluster"), at, options.clusters.length);
    const setting = { clusters, minMembers, seed, pool, timed };
    const pages = await clusterPages(audience, testers, models.shipped, pageModel, setting);
    byCluster.push(
      { model: "cluster", clusters, readings: measure(testers, pages.scoresOf, "nothing") },
      { model: "cluster-watched-removed", clusters, readings: measure(testers, pages.scoresOf, "known") },
    );
    if (edge !== undefined) {
      const scoresOf = (user: TestUser) => edge.scoresOf(user, pages.scoresOf(user));
      const readings = await timed("tailored", async () => measure(testers, scoresOf, "known"));
      byCluster.push({ model: "tailored", clusters, readings });
    }
    byPopularity.push({
      model: "cluster-popular",
      clusters,
      readings: measure(testers, pages.popularityOf, "nothing"),
    });
  }

  const reference = models.ease === undefined ? "item-knn" : "ease";
  const withRetention = retentionBetween(
    generic,
    individuals.find(({ model }) => model === reference)?.readings,
  );
  const rows = [{ model: "generic", readings: generic }, ...byCluster, ...individuals].map(withRetention);
  return {
    warm: rows,
    individual: individualOf(rows, models.plan),
    extra: byPopularity.map(withRetention),
    reference,
    ...(edge && { packBytes: edge.packBytes }),
    testUsers: testers.length,
    trainingUsers: training.length,
    seconds,
    peakRssMiB: models.peakRssMiB,
  };
}

/** The rows of the individual path, model by model; `individual` is the one that ships. */
function individualRows(testers: readonly TestUser[], { knn, ease, shipped, plan }: TrainedModels): Named[] {
  const rowOf = (model: string, score: Scorer): Named => ({
    model,
    readings: measure(
      testers,
      (user) => {
        const scores = new Float32Array(shipped.itemSeqs.length);
        score(historyOf(historiesOf([user.history]), 0), scores);
        return scores;
      },
      "history",
    ),
  });
  const individual = rowOf("individual", scorerOf(shipped));
  return [
    rowOf("item-knn", knn),
    ...(ease === undefined ? [] : [rowOf("ease", ease)]),
    // The name that this row has had where EASE ships.
    ...(plan.trainer === "ease" ? [{ ...individual, model: `ease-${MAX_COLUMN_WEIGHTS}` }] : []),
    individual,
  ];
}

function individualOf(rows: readonly Row[], { trainer, reason }: TrainingPlan): Individual {
  const row = rows.find(({ model }) => model === "individual");
  if (row === undefined) throw new RangeError("no row of individual answers");
  const { ndcg10, ndcg100, recall20, retention10 } = row;
  return { model: trainer, why: reason, ndcg10, ndcg100, recall20, retention10 };
}

/** Adds to a row which share of the way from `generic` to `whole` it keeps. */
function retentionBetween(generic: Readings, whole: Readings | undefined): (row: Named) => Row {
  const share = (figure: "ndcg10" | "ndcg10AsServed", readings: Readings): number => {
    const most = whole?.[figure] ?? 0;
    return most > generic[figure]
      ? (readings[figure] - generic[figure]) / (most - generic[figure])
      : Number.NaN;
  };
  return ({ model, clusters, readings }) => ({
    model,
    ...(clusters !== undefined && { clusters }),
    ...readings,
    retention10AsServed: share("ndcg10AsServed", readings),
    retention10: share("ndcg10", readings),
  });
}
