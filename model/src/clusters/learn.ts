/** What a full cycle learns about its audience with a trained model: the clusters. */
import type { ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import type { Audience } from "./audience.ts";
import { learnClusters, type ClusteringOptions } from "./learn-clusters.ts";
import { gainOverParent } from "./means.ts";
import { withRows } from "./taste.ts";
import type { CatalogueRow } from "../scoring/catalogue-row.ts";
import type { Learned, Trained } from "./learned.ts";

/** At most a thousand pages a context, of audiences that are worth one. */
export const DEFAULT_TREE = { maxLeaves: 1000, minMembers: 12, minGainShare: 2e-6 };

export type LearnOptions = Omit<ClusteringOptions, "previous"> & {
  /** Clusters of the last cycle: they stay what they were where they still hold. */
  readonly previous?: readonly ClusterNode[] | undefined;
};

/** The first rows of `catalogue` must be those that were trained on. */
export async function learn(
  audience: Audience,
  catalogue: readonly CatalogueRow[],
  trained: Trained,
  options: LearnOptions,
): Promise<Learned> {
  const itemSeqs = Uint32Array.from(catalogue, ({ seq }) => seq);
  const taste = withRows(trained.taste, itemSeqs);
  if (taste === undefined) throw new RangeError("the model was trained on another catalogue");
  const { nodes, members, means } = await learnClusters(audience, taste, options);
  return {
    ...trained,
    itemSeqs,
    taste,
    means,
    clusters: nodes.map(({ id, parent, split, splitReport }, at) => ({
      id,
      parent,
      ...(split !== undefined && { split }),
      ...(splitReport !== undefined && { splitReport }),
      members: members[at]!,
      gain: gainOverParent(nodes, at),
    })),
  };
}
