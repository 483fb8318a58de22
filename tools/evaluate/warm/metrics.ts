/** Ranking metrics of one user's list, averaged over users. Pure. */

export type Metrics = { readonly ndcg10: number; readonly ndcg100: number; readonly recall20: number };

/** Longest prefix of a ranking that any metric looks at. */
export const DEPTH = 100;

const DISCOUNTS = Float64Array.from({ length: DEPTH }, (_, rank) => 1 / Math.log2(rank + 2));

/**
 * NDCG with binary gains (Järvelin and Kekäläinen, TOIS 2002) at 10 and 100, and recall at 20 over min(20,
 * wanted). `ranking`: items, best first, at least {@link DEPTH} of them where there are as many; `wanted`:
 * the held-out items, not empty.
 */
export function metricsOf(ranking: ArrayLike<number>, wanted: ReadonlySet<number>): Metrics {
  let gain = 0;
  let ideal = 0;
  let hits = 0;
  let ndcg10 = 0;
  let recall20 = 0;
  for (let rank = 0; rank < DEPTH; rank += 1) {
    const discount = DISCOUNTS[rank] ?? 0;
    if (rank < wanted.size) ideal += discount;
    const item = ranking[rank];
    if (item !== undefined && wanted.has(item)) {
      gain += discount;
      hits += 1;
    }
    if (rank === 9) ndcg10 = gain / ideal;
    if (rank === 19) recall20 = hits / Math.min(20, wanted.size);
  }
  return { ndcg10, ndcg100: gain / ideal, recall20 };
}

export function meanMetrics(all: readonly Metrics[]): Metrics {
  const mean = (pick: (metrics: Metrics) => number): number =>
    all.reduce((sum, metrics) => sum + pick(metrics), 0) / Math.max(1, all.length);
  return {
    ndcg10: mean(({ ndcg10 }) => ndcg10),
    ndcg100: mean(({ ndcg100 }) => ndcg100),
    recall20: mean(({ recall20 }) => recall20),
  };
}
