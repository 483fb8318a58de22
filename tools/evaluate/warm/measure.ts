/**
 * Metrics of a model over all test users, in two readings: as a path serves it, and with everything watched
 * removed, whatever the path. Pure.
 */
import { topK } from "@spillway/model/scoring/top-k.ts";
import { DEPTH, meanMetrics, metricsOf, type Metrics } from "./metrics.ts";

export type TestUser = {
  readonly history: Uint32Array;
  /** What the viewer state has of the history: all of it, unless `--history` says less. */
  readonly known: Uint32Array;
  readonly wanted: ReadonlySet<number>;
};

/**
 * What a path takes out of its ranking: a stored page nothing, the edge what the viewer state knows as
 * watched, the origin the whole history.
 */
export type Removal = "nothing" | "known" | "history";

export type Readings = Metrics & {
  readonly ndcg10AsServed: number;
  readonly ndcg100AsServed: number;
  readonly recall20AsServed: number;
};

/** `scoresOf`: by item; −∞ for what the path cannot show. */
export function measure(
  users: readonly TestUser[],
  scoresOf: (user: TestUser) => Float32Array,
  removes: Removal,
): Readings {
  const removed: Metrics[] = [];
  const served: Metrics[] = [];
  for (const user of users) {
    const scores = scoresOf(user);
    const without = metricsOf(ranking(scores, user.history), user.wanted);
    removed.push(without);
    served.push(
      removes === "history" ? without : metricsOf(ranking(scores, removedBy(removes, user)), user.wanted),
    );
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

function removedBy(removes: "nothing" | "known", { known }: TestUser): Uint32Array {
  return removes === "known" ? known : NOTHING;
}

/** The best items, scores of 0 and less among them; ties go to the item that came first in the data. */
function ranking(scores: Float32Array, removed: Uint32Array): Uint32Array {
  const least = scores.reduce((a, b) => (b === -Infinity ? a : Math.min(a, b)), 0);
  const positive = scores.map((score) => score - least + 1);
  for (const item of removed) positive[item] = 0;
  return topK(positive, DEPTH);
}
