/**
 * How much of personalization a first visit keeps: visitors of whom only the request is known, on the demo's
 * audience. Learned from the other users by the code that ships; a visitor's cluster is the shipped index's,
 * from the request alone.
 */
import type { Audience } from "@spillway/model/clusters/audience.ts";
import { DEFAULT_TREE } from "@spillway/model/clusters/learn.ts";
import { train } from "@spillway/model/trainers/train.ts";
import { topK } from "@spillway/model/scoring/top-k.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import { DEPTH, metricsOf } from "../warm/metrics.ts";
import { compareRows, REQUEST_SIGNALS, type ColdRow, type Served } from "./compare-rows.ts";
import { divideDemo, type ColdData, type ColdVisitor } from "./demo-audience.ts";
import { pageLearner, type LearnedPages } from "./learned-pages.ts";

export type ColdResult = {
  readonly rows: readonly ColdRow[];
  readonly users: number;
  readonly visitors: number;
  readonly items: number;
};

export type ColdOptions = {
  readonly users?: number;
  readonly seed: number;
  readonly pool: WorkerPool;
  readonly onProgress?: (step: string, done: number, total: number) => void;
};

const DEMO_USERS = 20_000;

export async function coldRows(options: ColdOptions): Promise<ColdResult> {
  const { users = DEMO_USERS, seed, pool, onProgress } = options;
  const tell = (done: number): void => onProgress?.("cold", done, REQUEST_SIGNALS.length + 2);
  tell(0);
  const data = await divideDemo(users);
  const { audience, catalogue, visitors } = data;
  const trained = await train(audience, catalogue, {
    trainer: "auto",
    maxSegments: DEFAULT_TREE.maxLeaves - 1,
    minMembers: DEFAULT_TREE.minMembers,
    seed,
    pool,
  });
  tell(1);
  const pagesOf = pageLearner(audience, { catalogue, trained, pool });
  const all = await pagesOf(audience.signals);
  tell(2);
  const served: Served[] = [serve("generic", { ...all, clusterOf: () => 0 }, data)];
  for (const [at, signal] of REQUEST_SIGNALS.entries()) {
    served.push(serve(signal, await pagesOf(only(signal, audience.signals)), data));
    tell(at + 3);
  }
  served.push(serve("all", all, data));
  return { rows: compareRows(served, seed), users, visitors: visitors.length, items: catalogue.length };
}

/** Sets every other signal to code 0, which a request without that signal has. */
function only(signal: keyof Audience["signals"], signals: Audience["signals"]): Audience["signals"] {
  const { codes, values } = signals[signal];
  const nothing = new Uint32Array(codes.length);
  const blank = Object.fromEntries(
    Object.entries(signals).map(([name, column]) => [name, { ...column, codes: nothing }]),
  ) as Audience["signals"];
  return { ...blank, [signal]: { codes, values } };
}

/**
 * Ranks by the scores alone, the mean of what the members would be shown. Pages also weigh freshness, as of
 * one instant; what a visitor plays here is of many weeks: weighed, the generic page loses a third of its
 * NDCG@10, all signals a fifth.
 */
function serve(model: Served["model"], pages: LearnedPages, { visitors, available }: ColdData): Served {
  const rankings = new Map<number, Uint32Array>();
  const rankingOf = ({ signals }: ColdVisitor): Uint32Array => {
    const cluster = pages.clusterOf(signals);
    const known = rankings.get(cluster);
    if (known !== undefined) return known;
    const ranking = topK(
      pages.scoresOf(cluster).map((score, row) => (available[row] === true ? score : 0)),
      DEPTH,
    );
    rankings.set(cluster, ranking);
    return ranking;
  };
  const metrics = visitors.map((visitor) => metricsOf(rankingOf(visitor), visitor.wanted));
  return { model, clusters: rankings.size, metrics };
}
