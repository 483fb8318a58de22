/** What a full cycle learns about its audience with a trained model: the clusters. */
import type { ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import type { Audience } from "./audience.ts";
import { learnClusters, type Clustering, type ClusteringOptions } from "./learn-clusters.ts";
import { gainOverGeneric, gainOverParent } from "./mean-histories.ts";
import { textsOfNames } from "./segment-texts.ts";
import { withRows } from "./taste.ts";
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import type { Learned, Trained } from "./learned.ts";

/** At most a thousand pages for each context, of audiences that are worth one. */
export const DEFAULT_TREE = { maxLeaves: 1000, minMembers: 12, minGainShare: 2e-6 };

export type LearnOptions = Omit<ClusteringOptions, "previous" | "tasteTexts"> & {
  /** The clusters of the last cycle, which stay as they were as long as they still hold. */
  readonly previous?: readonly ClusterNode[] | undefined;
};

/**
 * The catalogue must begin with the items that the model was trained on; throws RangeError where it does not.
 */
export async function learn(
  audience: Audience,
  catalogue: readonly CatalogueEntry[],
  trained: Trained,
  options: LearnOptions,
): Promise<Learned & Pick<Clustering, "nodes" | "sums">> {
  const itemSeqs = Uint32Array.from(catalogue, ({ seq }) => seq);
  const taste = withRows(trained.taste, itemSeqs);
  if (taste === undefined) throw new RangeError("the model was trained on another catalogue");
  const tasteTexts = textsOfNames(
    taste.names,
    catalogue.flatMap(({ item }) => item.genres),
  );
  const { nodes, sums, means } = await learnClusters(audience, taste, { ...options, tasteTexts });
  return {
    ...trained,
    itemSeqs,
    taste,
    nodes,
    sums,
    means,
    clusters: nodes.map(({ id, parent, split, splitReport }, at) => ({
      id,
      parent,
      ...(split !== undefined && { split }),
      ...(splitReport !== undefined && { splitReport }),
      members: sums.members[at]!,
      gain: gainOverParent(nodes, at),
      gainOverGeneric: gainOverGeneric(nodes, at),
    })),
  };
}
