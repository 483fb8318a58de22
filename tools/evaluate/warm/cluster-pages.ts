/**
 * The cluster pages of one setting: learned as the origin learns them, and who of the test users gets which.
 */
import { learnClusters } from "@spillway/model/clusters/learn-clusters.ts";
import { DEFAULT_TREE } from "@spillway/model/clusters/learn.ts";
import { clusterScores } from "@spillway/model/clusters/mean-histories.ts";
import { affinityOf, tasteFor } from "@spillway/model/clusters/taste.ts";
import type { Audience } from "@spillway/model/clusters/audience.ts";
import { historyOf } from "@spillway/model/profile/histories.ts";
import type { ItemModel } from "@spillway/model/scoring/item-model.ts";
import type { TaskPool } from "@spillway/model/workers/task-pool.ts";
import { compileClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { depthOfHistory, historiesOf } from "./audience.ts";
import { lazily } from "./lazily.ts";
import type { TestUser } from "./measure.ts";
import type { Timed } from "./timing.ts";

export type ClusterSetting = {
  /** Most clusters there may be. */
  readonly clusters: number;
  readonly minMembers: number;
  readonly seed: number;
  readonly pool: TaskPool;
  readonly timed: Timed;
};

export type ClusterPages = {
  /** The scores of the user's cluster page, by item. */
  readonly scoresOf: (user: TestUser) => Float32Array;
  /** The mean history of the user's cluster: its page by popularity alone. */
  readonly popularityOf: (user: TestUser) => Float32Array;
};

/** `model` predicts what tastes have in common; `pageModel` scores the pages. */
export async function clusterPages(
  audience: Audience,
  testers: readonly TestUser[],
  model: ItemModel,
  pageModel: ItemModel,
  { clusters, minMembers, seed, pool, timed }: ClusterSetting,
): Promise<ClusterPages> {
  const { nodes, means, taste } = await timed("clusters", async () => {
    const found = tasteFor(
      model,
      audience.histories,
      {
        maxSegments: Math.max(1, clusters - 1),
        minMembers,
        draw: seededRandom(seed),
        labelsOf: () => [],
      },
      undefined,
    );
    const tree = { ...DEFAULT_TREE, maxLeaves: clusters, minMembers, pool };
    return { ...(await learnClusters(audience, found, tree)), taste: found };
  });
  const index = compileClusterIndex({ generation: 0, builtAt: "", nodes });
  const positions = new Map(nodes.map(({ id }, node) => [id, node]));
  const clusterOf = ({ history }: TestUser): number => {
    const affinity = affinityOf(taste, historyOf(historiesOf([history]), 0));
    const { id } = index.assign({ ...NO_SIGNALS, affinity, depth: depthOfHistory(history.length) });
    return positions.get(id) ?? 0;
  };
  const assigned = new Map(testers.map((user) => [user, clusterOf(user)]));
  const items = model.itemSeqs.length;
  const meanOf = (node: number): Float32Array => means.subarray(node * items, (node + 1) * items);
  const scores = lazily((node: number) => clusterScores(meanOf(node), pageModel));
  return {
    scoresOf: (user) => scores(assigned.get(user) ?? 0),
    popularityOf: (user) => meanOf(assigned.get(user) ?? 0),
  };
}
