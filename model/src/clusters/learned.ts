/** What a cycle learns. It outlives the cycle, so that an urgent refresh need not learn again. */
import type { ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import type { SplitReport } from "./grow-tree.ts";
import type { Taste } from "./taste.ts";
import type { ModelColumn } from "../scoring/item-model.ts";

/**
 * The item–item model as it was trained, without the weights that cold items get from the catalogue
 * (scoring/cold-items.ts).
 */
export type Trained = {
  readonly trainer: "ease" | "ease-head" | "cosine" | "imported";
  /** Why this trainer was chosen. */
  readonly why: string;
  /** The catalogue that the model was trained on: items.seq by row. */
  readonly itemSeqs: Uint32Array;
  /** The strongest weights into each target item, by row. */
  readonly columns: readonly ModelColumn[];
  /** Users who had played each item, by row. */
  readonly plays: Uint32Array;
  /** The taste segments: found with this model, or with an earlier one as long as they fit. */
  readonly taste: Taste;
};

export type LearnedCluster = ClusterNode & {
  readonly splitReport?: SplitReport;
  readonly members: number;
  /** The gain over the parent: `gainOverParent` in mean-histories.ts. */
  readonly gain: number;
  /** The gain over the generic page: `gainOverGeneric` there. */
  readonly gainOverGeneric: number;
};

export type Learned = Trained & {
  /** Root first, parents before children. */
  readonly clusters: readonly LearnedCluster[];
  /**
   * The mean history of each cluster's members, shrunk towards the parent's: clusters × itemSeqs.length, on
   * shared memory. Times the model, it is the mean of what individual personalization would show them
   * (docs/architecture.md#ranking).
   */
  readonly means: Float32Array;
};
