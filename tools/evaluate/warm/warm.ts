/** The warm table: how much personalization survives for users whose history is known, path by path. */
import { compileClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { learnClusters } from "@spillway/model/clusters/learn-clusters.ts";
import { clusterScores } from "@spillway/model/clusters/means.ts";
import { affinityOf, tasteFor } from "@spillway/model/clusters/taste.ts";
import { DEFAULT_TREE } from "@spillway/model/clusters/learn.ts";
import { COSINE_SHRINKAGE } from "@spillway/model/trainers/train.ts";
import { MAX_EASE_ITEMS } from "@spillway/model/trainers/choose-trainer.ts";
import { trainCosine } from "@spillway/model/trainers/cosine.ts";
import { trainEase } from "@spillway/model/trainers/ease.ts";
import { countPlays, historyOf } from "@spillway/model/trainers/histories.ts";
import {
  addScores,
  modelFromColumns,
  type ItemModel,
  type ModelColumn,
} from "@spillway/model/scoring/item-model.ts";
import { withOwnWeights } from "@spillway/model/scoring/own-weights.ts";
import { MAX_COLUMN_WEIGHTS } from "@spillway/model/scoring/strongest.ts";
import { createPool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import type { EvaluationData } from "../read-interactions.ts";
import { audienceOf, depthOfHistory, historiesOf } from "./audience.ts";
import { measure, type Readings, type TestUser } from "./measure.ts";

export type Row = Readings & {
  readonly model: string;
  readonly clusters?: number;
  /** (this − generic) ÷ (EASE − generic), in NDCG@10 with what was seen removed; NaN where EASE is no better than generic. */
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
  readonly seconds: { readonly ease: number; readonly knn: number; readonly clusters: number };
  readonly peakRssMiB: number;
};

/** Of the item–kNN row. */
const KNN_NEIGHBOURS = 100;

type Named = { readonly model: string; readonly clusters?: number; readonly readings: Readings };

export async function warmRows(data: EvaluationData, options: WarmOptions): Promise<Warm> {
  const pool = createPool(options.threads);
  try {
    return await evaluateWarm(data, options, pool);
  } finally {
    await pool.close();
  }
}

async function evaluateWarm(data: EvaluationData, options: WarmOptions, pool: WorkerPool): Promise<Warm> {
  const { onProgress } = options;
  const items = data.itemCount;
  const training = data.users.filter(({ test }) => !test);
  const testers = testUsersOf(data);
  const histories = historiesOf(training.map(({ items: own }) => own));
  const itemSeqs = Uint32Array.from({ length: items }, (_, row) => row);
  const modelOf = (columns: readonly ModelColumn[]): ItemModel => modelFromColumns(itemSeqs, columns);
  const seconds = { ease: 0, knn: 0, clusters: 0 };
  const timed = async <Result>(part: keyof typeof seconds, work: () => Promise<Result>): Promise<Result> => {
    const startMs = performance.now();
    const result = await work();
    seconds[part] += (performance.now() - startMs) / 1000;
    return result;
  };

  const plays = countPlays(histories, items);
  const generic = measure(testers, () => Float32Array.from(plays));
  const rows: Named[] = [{ model: "generic", readings: generic }];

  const small = items <= MAX_EASE_ITEMS;
  const ease = small
    ? await timed("ease", () =>
        trainEase(histories, {
          items,
          regularization: options.lambda,
          perColumn: items,
          pool,
          onProgress: (done, total) => onProgress("EASE", done, total),
        }),
      )
    : undefined;
  const peakRssMiB = process.resourceUsage().maxRSS / 1024;
  const knn = await timed("knn", () =>
    trainCosine(histories, {
      items,
      shrinkage: COSINE_SHRINKAGE,
      perColumn: small ? KNN_NEIGHBOURS : MAX_COLUMN_WEIGHTS,
      pool,
      onProgress: (done, total) => onProgress("item-kNN", done, total),
    }),
  );
  const individual = (model: ItemModel) => (user: TestUser) => {
    const scores = new Float32Array(items);
    addScores(model, historyOf(historiesOf([user.history]), 0), 1, scores);
    return scores;
  };
  onProgress("individual", 0, 1);
  const knnModel = modelOf(knn);
  // The strongest come first in a column.
  const cut = ease?.map(({ sources, weights }) => ({
    sources: sources.slice(0, MAX_COLUMN_WEIGHTS),
    weights: weights.slice(0, MAX_COLUMN_WEIGHTS),
  }));
  const shipped = cut === undefined ? knnModel : modelOf(cut);
  const individuals: Named[] = [
    { model: "item-knn", readings: measure(testers, individual(knnModel), "individual") },
    ...(ease === undefined
      ? []
      : [
          { model: "ease", readings: measure(testers, individual(modelOf(ease)), "individual") },
          {
            model: `ease-${MAX_COLUMN_WEIGHTS}`,
            readings: measure(testers, individual(shipped), "individual"),
          },
        ]),
  ];

  const ofPages = withOwnWeights(shipped, plays);
  const audience = audienceOf(histories);
  const extra: Named[] = [];
  for (const [at, clusters] of options.clusters.entries()) {
    onProgress(`${clusters} clusters`, at, options.clusters.length);
    const minMembers = options.minSupport;
    const { nodes, means, taste } = await timed("clusters", async () => {
      const segments = {
        maxSegments: Math.max(1, clusters - 1),
        minMembers,
        draw: seededRandom(options.seed),
      };
      const found = tasteFor(shipped, histories, { ...segments, labelsOf: () => [] }, undefined);
      const tree = { ...DEFAULT_TREE, maxLeaves: clusters, minMembers, pool };
      return { ...(await learnClusters(audience, found, tree)), taste: found };
    });
    const index = compileClusterIndex({ generation: 0, builtAt: "", nodes });
    const positions = new Map(nodes.map(({ id }, node) => [id, node]));
    const clusterOf = (user: TestUser): number => {
      const affinity = affinityOf(taste, historyOf(historiesOf([user.history]), 0));
      const { id } = index.assign({ ...NO_SIGNALS, affinity, depth: depthOfHistory(user.history.length) });
      return positions.get(id) ?? 0;
    };
    const assigned = new Map(testers.map((user) => [user, clusterOf(user)]));
    const pages = lazily((node) => clusterScores(means.subarray(node * items, (node + 1) * items), ofPages));
    const popular = lazily((node) => means.subarray(node * items, (node + 1) * items));
    rows.push({
      model: "cluster",
      clusters,
      readings: measure(testers, (user) => pages(assigned.get(user) ?? 0)),
    });
    extra.push({
      model: "cluster-popular",
      clusters,
      readings: measure(testers, (user) => popular(assigned.get(user) ?? 0)),
    });
  }
  rows.push(...individuals);

  const reference = ease === undefined ? "item-knn" : "ease";
  const whole = individuals.find(({ model }) => model === reference)?.readings.ndcg10 ?? 0;
  const span = whole > generic.ndcg10 ? whole - generic.ndcg10 : Number.NaN;
  const withRetention = ({ model, clusters, readings }: Named): Row => ({
    model,
    ...(clusters !== undefined && { clusters }),
    ...readings,
    retention10: (readings.ndcg10 - generic.ndcg10) / span,
  });
  return {
    warm: rows.map(withRetention),
    extra: extra.map(withRetention),
    reference,
    testUsers: testers.length,
    trainingUsers: training.length,
    seconds,
    peakRssMiB,
  };
}

function testUsersOf(data: EvaluationData): TestUser[] {
  return data.users.flatMap(({ test, items, heldOut }) => {
    const history = items.filter((_, at) => heldOut[at] === 0);
    const wanted = new Set(items.filter((_, at) => heldOut[at] === 1));
    return test && history.length > 0 && wanted.size > 0 ? [{ history, wanted }] : [];
  });
}

function lazily(make: (node: number) => Float32Array): (node: number) => Float32Array {
  const made = new Map<number, Float32Array>();
  return (node) => {
    const known = made.get(node) ?? make(node);
    made.set(node, known);
    return known;
  };
}
