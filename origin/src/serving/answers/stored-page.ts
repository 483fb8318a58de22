/**
 * Answers with stored pages: for gateways that name a cluster, and for callers other than our edge over the
 * threshold.
 */
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { ITEMS_PER_CAROUSEL, MAX_CAROUSELS } from "@spillway/model/pages/carousels.ts";
import {
  freshPage,
  refuseContext,
  withPins,
  type Answer,
  type RecommenderDeps,
  type StoredPage,
} from "./answer.ts";
import type { Carousel } from "@spillway/shared/protocol/page.ts";
import { isShown, pageCarouselsJson, type Snapshot } from "../snapshot/snapshot.ts";

/**
 * Walks the ladder: the cluster's page, the pages of its ancestors, the generic page. Before the first cycle
 * there is none, and the answer has the carousels in the catalogue's order.
 */
export function storedPage(
  deps: RecommenderDeps,
  context: string,
  cluster: string,
  reason: ServedReason,
  nowMs: number,
): Answer {
  const snapshot = deps.snapshot();
  const prepared = snapshot.contexts.get(context);
  if (prepared === undefined) return refuseContext(context, snapshot);
  deps.onStoredPage();
  const known = snapshot.clusters.get(cluster);
  for (let at = known ?? snapshot.clusters.get(GENERIC_CLUSTER); at !== undefined;) {
    const stored = showable(deps, snapshot, deps.pageOf(context, at.id));
    if (stored !== undefined) {
      const as = at.id === GENERIC_CLUSTER ? "generic" : at.id === cluster ? "cluster" : "parent";
      // Pins are chosen for the cluster that was asked for, also when an ancestor's page is served.
      const own = Buffer.from(stored.carousels);
      const carousels = withPins(snapshot, own, known?.signals ?? {}, context, nowMs);
      return {
        kind: "page",
        context,
        served: { as, reason, cluster: at.id, assigned: cluster, generation: stored.generation },
        builtMs: stored.builtMs,
        contentHash: carousels === own ? stored.contentHash : contentHash(carousels),
        carousels,
      };
    }
    at = at.parent === undefined ? undefined : snapshot.clusters.get(at.parent);
  }
  const fallback = pageCarouselsJson(
    snapshot,
    prepared.carousels.slice(0, MAX_CAROUSELS).map(({ id, title, rows }) => {
      const shown = rows.filter((row) => !snapshot.withdrawn.has(row));
      return { id, title, rows: Array.from(shown.subarray(0, ITEMS_PER_CAROUSEL)) };
    }),
  );
  return freshPage(context, { as: "builtin", reason, assigned: cluster }, snapshot, nowMs, fallback);
}

/**
 * Returns the page without the items that must not be shown any more, where it may have been built before
 * they were deleted or taken down; undefined when nothing is left of it.
 */
function showable(
  deps: RecommenderDeps,
  snapshot: Snapshot,
  page: StoredPage | undefined,
): StoredPage | undefined {
  if (page === undefined || !snapshot.arePagesOutdated) return page;
  const mayBeShown = ({ id }: { readonly id: string }): boolean => {
    const seq = deps.seqOfItem(id);
    const row = seq === undefined ? undefined : snapshot.model.rowOf(seq);
    return row !== undefined && isShown(snapshot, row);
  };
  // The cast is safe: this JSON is our own.
  const carousels = (JSON.parse(page.carousels) as Carousel[])
    .map((carousel) => ({ ...carousel, items: carousel.items.filter(mayBeShown) }))
    .filter(({ items }) => items.length > 0);
  if (carousels.length === 0) return undefined;
  const json = JSON.stringify(carousels);
  return json === page.carousels
    ? page
    : { ...page, carousels: json, contentHash: contentHash(Buffer.from(json)) };
}
