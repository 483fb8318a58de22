/** Shows one cluster: its path in the tree, and its page beside its parent's and the generic one. */
import {
  comparePages,
  type PageToCompare,
  type PageWhose,
  type ShownCluster,
} from "@spillway/shared/clusters/compared-pages.ts";
import { callsOf, type ClusterList, type ListedCluster } from "@spillway/shared/clusters/listed-clusters.ts";
import type { Carousel } from "@spillway/shared/protocol/page.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Database } from "@spillway/store/database.ts";
import { getPage } from "@spillway/store/pages/pages.ts";

/** Undefined where the tree has no such cluster. */
export function showCluster(database: Database, list: ClusterList, id: string): ShownCluster | undefined {
  const { context, traffic } = list;
  const byId = new Map(list.clusters.map((cluster) => [cluster.id, cluster]));
  const path = pathOf(byId, id);
  const [root, cluster] = [path[0], path.at(-1)];
  if (root === undefined || cluster === undefined) return undefined;
  const parent = path.at(-2);
  const whose: readonly (readonly [PageWhose, ListedCluster])[] = [
    ["own", cluster],
    ...(parent === undefined || parent === root ? [] : [["parent", parent] as const]),
    ...(cluster === root ? [] : [["generic", root] as const]),
  ];
  return {
    at: list.at,
    context,
    contexts: PAGE_CONTEXTS,
    cluster,
    path: path.map(({ id: at, definition, members, gain }) => ({ id: at, definition, members, gain })),
    allPages: { hour: callsOf(traffic.hour), day: callsOf(traffic.day) },
    standsIn: path.findLast(({ page }) => page !== null)?.id ?? null,
    pages: comparePages(whose.map(([of, node]) => pageToCompare(database, context, of, node))),
  };
}

/** From the root to the cluster; empty where there is none of this id. */
function pathOf(byId: ReadonlyMap<string, ListedCluster>, id: string): ListedCluster[] {
  const path: ListedCluster[] = [];
  for (let at = byId.get(id); at !== undefined; at = at.parent === null ? undefined : byId.get(at.parent)) {
    path.unshift(at);
    // A tree has no circle; a damaged one is not followed for ever.
    if (path.length > byId.size) return [];
  }
  return path;
}

function pageToCompare(
  database: Database,
  context: string,
  whose: PageWhose,
  { id, definition }: ListedCluster,
): PageToCompare {
  const stored = getPage(database, context, id);
  return {
    whose,
    cluster: id,
    definition,
    page:
      stored === undefined
        ? null
        : { generation: stored.generation, changedAt: new Date(stored.builtMs).toISOString() },
    // The cast is safe: this JSON is our own.
    carousels: stored === undefined ? [] : (JSON.parse(stored.carousels) as Carousel[]),
  };
}
