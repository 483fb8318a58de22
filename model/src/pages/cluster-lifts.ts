/**
 * The lifts of items on the pages of clusters (engagement-lifts.ts), on memory that all threads share. Pure.
 */
import { liftsByCluster, type ItemEngagement } from "./engagement-lifts.ts";
import type { Vectors } from "../scoring/products.ts";
import { rowOfSeq } from "./page-layout.ts";
import { sharedArray } from "../workers/shared-memory.ts";

/** The lifts of cluster c stand at starts[c] … starts[c + 1]. */
export type ClusterLifts = {
  readonly starts: Uint32Array;
  /** Rows of the catalogue. */
  readonly rows: Uint32Array;
  readonly lifts: Float32Array;
  /**
   * 1 where the lift has changed by at least {@link NEWS} since the last cycle, by what the cluster's own
   * visitors did.
   */
  readonly news: Uint8Array;
};

/** What visitors have done up to now, and up to the last cycle. */
export type Engaged = { readonly now: readonly ItemEngagement[]; readonly before: readonly ItemEngagement[] };

/**
 * Where a lift has changed by this share, its item moves on the page at once (keep-page.ts). So a first play
 * is news, but the hundredth on a busy page is not, or busy pages would be written in every cycle.
 */
const NEWS = 0.1;

/** Clusters and items that do not exist any more are left out. `clusters`: parents before children. */
export function clusterLifts(
  { now, before }: Engaged,
  clusters: readonly { readonly id: string; readonly parent: number }[],
  itemSeqs: Uint32Array,
): ClusterLifts {
  const [current, last] = [liftsByCluster(now, clusters), liftsByCluster(before, clusters)];
  const own = new Set(now.map(({ cluster, item }) => `${cluster} ${item}`));
  const starts = sharedArray(Uint32Array, clusters.length + 1);
  const all: { row: number; lift: number; isNews: boolean }[] = [];
  clusters.forEach(({ id }, at) => {
    for (const [item, lift] of current[at]!) {
      const row = rowOfSeq(itemSeqs, item);
      const change = Math.abs(lift / (last[at]!.get(item) ?? 1) - 1);
      if (row >= 0) all.push({ row, lift, isNews: change >= NEWS && own.has(`${id} ${item}`) });
    }
    starts[at + 1] = all.length;
  });
  const rows = sharedArray(Uint32Array, all.length);
  const lifts = sharedArray(Float32Array, all.length);
  const news = sharedArray(Uint8Array, all.length);
  all.forEach(({ row, lift, isNews }, at) => {
    rows[at] = row;
    lifts[at] = lift;
    news[at] = isNews ? 1 : 0;
  });
  return { starts, rows, lifts, news };
}

/**
 * Applies the lifts to fresh scores of these clusters. A lift above 1 divides a negative score, so that it
 * rises too.
 */
export function applyLifts(
  { starts, rows, lifts }: ClusterLifts,
  { values, stride }: Vectors,
  clusters: readonly number[],
): void {
  for (const cluster of clusters) {
    for (let at = starts[cluster]!; at < starts[cluster + 1]!; at += 1) {
      const place = cluster * stride + rows[at]!;
      const score = values[place]!;
      values[place] = score < 0 ? score / lifts[at]! : score * lifts[at]!;
    }
  }
}

/** Item by row of the catalogue → lift, of one cluster. */
export type AppliedLifts = ReadonlyMap<number, number>;

export function liftsOf({ starts, rows, lifts }: ClusterLifts, cluster: number): AppliedLifts {
  const own = new Map<number, number>();
  for (let at = starts[cluster]!; at < starts[cluster + 1]!; at += 1) own.set(rows[at]!, lifts[at]!);
  return own;
}

/** Whether some lift is another one, by {@link NEWS} or more, than when the cluster's pages were built. */
export function haveMoved(applied: AppliedLifts, now: AppliedLifts): boolean {
  const differs = (row: number): boolean =>
    Math.abs((now.get(row) ?? 1) / (applied.get(row) ?? 1) - 1) >= NEWS;
  return [...now.keys(), ...applied.keys()].some(differs);
}

/** The rows of the catalogue that are news on a cluster's pages. */
export function newsOf({ starts, rows, news }: ClusterLifts, cluster: number): Uint32Array {
  const [from, to] = [starts[cluster]!, starts[cluster + 1]!];
  return rows.slice(from, to).filter((_, at) => news[from + at] === 1);
}
