/**
 * Metrics of a model over all test users, in the two readings: what was seen removed, and as a path serves
 * it. Pure.
 */
import { topK } from "@spillway/model/scoring/top-k.ts";
import { DEPTH, meanMetrics, metricsOf, type Metrics } from "./metrics.ts";

export type TestUser = { readonly history: Uint32Array; readonly wanted: ReadonlySet<number> };

export type Readings = Metrics & {
  readonly ndcg10AsServed: number;
  readonly ndcg100AsServed: number;
  readonly recall20AsServed: number;
};

/** `path`: an individual answer leaves out what was watched, a stored page removes nothing. */
export function measure(
  users: readonly TestUser[],
  scoresOf: (user: TestUser) => Float32Array,
  path: "individual" | "page" = "page",
): Readings {
  const removed: Metrics[] = [];
  const served: Metrics[] = [];
  for (const user of users) {
    const scores = scoresOf(user);
    const without = metricsOf(ranking(scores, user.history), user.wanted);
    removed.push(without);
    served.push(path === "individual" ? without : metricsOf(ranking(scores), user.wanted));
  }
  const asServed = meanMetrics(served);
  return {
    ...meanMetrics(removed),
    ndcg10AsServed: asServed.ndcg10,
    ndcg100AsServed: asServed.ndcg100,
    recall20AsServed: asServed.recall20,
  };
}

const NOTHING = new Uint32Array(0);

/** The best items, scores of 0 and less among them; ties go to the item that came first in the data. */
function ranking(scores: Float32Array, removed: Uint32Array = NOTHING): Uint32Array {
  const least = scores.reduce((a, b) => Math.min(a, b), 0);
  const positive = scores.map((score) => score - least + 1);
  for (const item of removed) positive[item] = 0;
  return topK(positive, DEPTH);
}
