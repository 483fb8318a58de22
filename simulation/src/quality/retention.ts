/**
 * What each rung keeps of an individual page, as viewers see it: the one place that rehearsals have it from.
 */

/**
 * `retention10AsServed` of `evaluate` (NDCG@10 above the generic page, with only that taken out of a ranking
 * which the path itself removes), over that of the same run's individual pages.
 */
export type Retention = {
  readonly individual: number;
  readonly tailored: number;
  readonly cluster: number;
  /** The run that measured it. */
  readonly run: string;
};

/**
 * The run gave 1.025 for individual pages (`ease-200`), 1.017 for tailored and 0.177 for cluster pages, of
 * EASE. Your own catalogue and audience have others: run `pnpm evaluate` on your own plays.
 */
export const MOVIELENS_1M: Retention = {
  individual: 1,
  tailored: 0.992,
  cluster: 0.173,
  run: "pnpm evaluate on MovieLens 1M, 1,000 clusters, seed 1",
};

/**
 * What a page from the edge counts where a rehearsal does not tell viewers apart: who has a history gets it
 * tailored, and a newcomer's cluster page is what the origin would show them too.
 */
export const EDGE_PAGE = MOVIELENS_1M.tailored;

/** Says where the figure is from, for the note below a table. */
export function retentionNote(retention: number): string {
  const { run, cluster } = MOVIELENS_1M;
  return retention === EDGE_PAGE
    ? `Quality: individual 1, page from the edge ${retention}, generic page 0. ${retention} is what a tailored page keeps, as served (${run}); untailored it would be ${cluster}. Whoever has a history is taken to carry it; --viewers tells them apart.`
    : `Quality: individual 1, page from the edge ${retention} (--retention), generic page 0.`;
}
