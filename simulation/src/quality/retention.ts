/** What each rung keeps of individual personalization, as viewers see it. */

/**
 * `retention10AsServed` of `evaluate`: the share of EASE's lift over the generic page, by NDCG@10, with only
 * that taken out of a ranking which the path itself removes.
 */
export type Retention = {
  readonly individual: number;
  readonly tailored: number;
  readonly cluster: number;
  /** The run that measured it. */
  readonly run: string;
};

/** Your own catalogue and audience have others: run `pnpm evaluate` on your own plays. */
export const MOVIELENS_1M: Retention = {
  individual: 0.984,
  tailored: 0.97,
  cluster: 0.12,
  run: "pnpm evaluate --interactions ../shared/data/movielens-1m/interactions.csv.gz --clusters 1000",
};
