/** Means of clusters' members from the sums over them, and how far they have moved. Pure. */
import { ranges } from "../workers/ranges.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { sharedArray } from "../workers/shared-memory.ts";
import type { ClusterSums } from "./cluster-sums.ts";
import type { Moved } from "./means-of-items.ts";

type ShrunkNode = { readonly parent: number; readonly priorWeight: number };

const RANGES_PER_THREAD = 4;

/** Writes the nodes' means `into`, and returns how far each is from the one that stands in `means`. */
export async function writeMeans(
  nodes: readonly ShrunkNode[],
  sums: ClusterSums,
  means: Float32Array,
  into: Float32Array,
  pool: TaskPool,
): Promise<Moved> {
  const weights = sharedArray(Float64Array, nodes.length);
  weights.set(sums.weights.map((halves) => halves / 2));
  for (let at = nodes.length - 1; at > 0; at -= 1) weights[nodes[at]!.parent]! += weights[at]!;
  const shared = {
    parents: Int32Array.from(nodes, ({ parent }) => parent),
    priorWeights: Float64Array.from(nodes, ({ parent, priorWeight }) => (parent < 0 ? 0 : priorWeight)),
    weights,
    sums,
    means,
    into,
  };
  const parts = await Promise.all(
    ranges(sums.items, RANGES_PER_THREAD * pool.threads).map(async (range) =>
      pool.run("meansOfItems", { ...shared, ...range }),
    ),
  );
  const added = (of: (part: Moved) => Float64Array): Float64Array =>
    Float64Array.from(nodes, (_, at) => parts.reduce((sum, part) => sum + of(part)[at]!, 0));
  return { moved: added(({ moved }) => moved), size: added(({ size }) => size) };
}
