/**
 * Which pages a cycle builds: a full cycle builds all, a refresh those that show a changed item or could show
 * it. Pure.
 */
import type { ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { showsAny } from "./dirty-items.ts";
import { layoutOf } from "./page-layout.ts";
import type { PageTask } from "./build-block.ts";

/** The pages in the store, by {@link pageName}. `layout`: page-layout.ts. */
export type StandingPages = ReadonlyMap<
  string,
  {
    readonly contentHash: string;
    readonly builtMs: number;
    readonly layout: Uint8Array;
    /** 0 for a page of an older release, which is built anew. */
    readonly hasCandidates: number;
  }
>;

export function pageName(context: string, cluster: string): string {
  return `${context}:${cluster}`;
}

export type TaskOptions = {
  readonly clusters: readonly ClusterNode[];
  readonly standing: StandingPages;
  readonly nowMs: number;
  /**
   * Absent for every page. `renewed`: 1 for clusters that get new scores, and so all their pages; `entered`: by
   * cluster, the contexts (a bit each) whose page a changed item could get into.
   */
  readonly only:
    | {
        readonly renewed: Uint8Array;
        readonly entered: Uint32Array;
        readonly changed: ReadonlySet<number>;
      }
    | undefined;
};

/** The tasks of the clusters that have something to build, in the clusters' order. */
export function planPages({ clusters, standing, nowMs, only }: TaskOptions): PageTask[] {
  return clusters
    .map(({ id }, cluster) => ({
      cluster,
      renewed: only === undefined || only.renewed[cluster] === 1,
      contexts: PAGE_CONTEXTS.flatMap((name, context): PageTask["contexts"] => {
        const head = standing.get(pageName(name, id));
        if (head === undefined || head.hasCandidates === 0) return [{ context, standing: undefined }];
        const layout = layoutOf(head.layout);
        const enters =
          only === undefined ||
          only.renewed[cluster] === 1 ||
          (only.entered[cluster]! & (1 << context)) !== 0;
        if (!enters && !showsAny(layout, only.changed)) return [];
        return [
          {
            context,
            standing: { contentHash: head.contentHash, ageMs: nowMs - head.builtMs, layout },
          },
        ];
      }),
    }))
    .filter(({ contexts }) => contexts.length > 0);
}
