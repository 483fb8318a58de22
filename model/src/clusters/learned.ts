/** What a cycle learns, and what outlives it so that an urgent refresh need not learn again. */
import type { ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import type { SplitReport } from "./grow-tree.ts";
import type { Taste } from "./taste.ts";
import type { ModelColumn } from "../scoring/item-model.ts";

/** The item–item model as it was trained, without what cold items get from the catalogue (scoring/cold-items.ts). */
export type Trained = {
  readonly trainer: "ease" | "cosine" | "imported";
  /** Why this trainer. */
  readonly why: string;
  /** items.seq by row: the catalogue that it was trained on. */
  readonly itemSeqs: Uint32Array;
  /** The strongest weights into each target item, by row. */
  readonly columns: readonly ModelColumn[];
  /** Users who had played each item, by row. */
  readonly plays: Uint32Array;
  /** Found with this model, or kept while it fits. */
  readonly taste: Taste;
};

export type LearnedCluster = ClusterNode & {
  readonly splitReport?: SplitReport;
  readonly members: number;
  /** Over the parent: clusters/means.ts. */
  readonly gain: number;
};

export type Learned = Trained & {
  /** Root first, parents before children. */
  readonly clusters: readonly LearnedCluster[];
  /**
   * Mean history of each cluster's members, shrunk towards the parent's: one row a cluster, itemSeqs.length columns, on
   * shared memory. Times the model, it is the mean of what individual personalization would show them
   * (docs/architecture.md#ranking).
   */
  readonly means: Float32Array;
};
