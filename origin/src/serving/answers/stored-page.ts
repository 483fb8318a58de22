/**
 * Answers with stored pages: for gateways that name a cluster, and for callers other than our edge over the
 * threshold.
 */
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { ITEMS_PER_CAROUSEL, MAX_CAROUSELS, type RankedCarousel } from "@spillway/model/pages/carousels.ts";
import {
  freshPage,
  pageHead,
  refuseContext,
  withPins,
  type Answer,
  type RecommenderDeps,
  type StoredPage,
} from "./answer.ts";
import { BUILTIN_CAROUSELS } from "@spillway/shared/protocol/builtin-carousels.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import { shownTo } from "@spillway/shared/protocol/withheld.ts";
import type { PreparedContext } from "@spillway/model/pages/candidate-carousels.ts";
import type { Carousel } from "@spillway/shared/protocol/page.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { isShownTo } from "../snapshot/withheld-rows.ts";
import { pageOf, rankedPage } from "./page-bytes.ts";

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
  audience: Audience,
): Answer {
  const snapshot = deps.snapshot();
  const prepared = snapshot.contexts.get(context);
  if (prepared === undefined) return refuseContext(context, snapshot);
  deps.onStoredPage();
  const known = snapshot.clusters.get(cluster);
  for (let at = known ?? snapshot.clusters.get(GENERIC_CLUSTER); at !== undefined;) {
    const stored = showable(deps, snapshot, deps.pageOf(context, at.id), audience);
    if (stored !== undefined) {
      const as = at.id === GENERIC_CLUSTER ? "generic" : at.id === cluster ? "cluster" : "parent";
      // Pins are chosen for the cluster that was asked for, also when an ancestor's page is served.
      const own = Buffer.from(stored.carousels);
      const carousels = withPins(snapshot, own, { signals: known?.signals ?? {}, audience }, context, nowMs);
      const served = {
        as,
        reason,
        cluster: at.id,
        assigned: cluster,
        generation: stored.generation,
      } as const;
      const head = { context, served, builtMs: stored.builtMs };
      return {
        kind: "page",
        ...head,
        ...pageOf(pageHead(head), carousels, carousels === own ? stored.contentHash : undefined),
      };
    }
    at = at.parent === undefined ? undefined : snapshot.clusters.get(at.parent);
  }
  const carousels = catalogueCarousels(snapshot, prepared, audience);
  return freshPage(context, { as: "builtin", reason, assigned: cluster }, snapshot, nowMs, (head) =>
    carousels.length === 0 ? pageOf(head, BUILTIN) : rankedPage(snapshot, head, carousels),
  );
}

/** The context's carousels in the catalogue's order. */
function catalogueCarousels(
  snapshot: Snapshot,
  { carousels }: PreparedContext,
  audience: Audience,
): RankedCarousel[] {
  return carousels
    .slice(0, MAX_CAROUSELS)
    .map(({ id, title, rows }) => ({
      id,
      title,
      rows: Array.from(
        rows.filter((row) => isShownTo(snapshot, audience, row)).subarray(0, ITEMS_PER_CAROUSEL),
      ),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** Entry points, for a catalogue that has nothing to show. */
const BUILTIN = Buffer.from(JSON.stringify(BUILTIN_CAROUSELS));

/** Any other page is for everybody. These are fields of items; a title has its quotation marks escaped. */
const RESTRICTED = /"(?:territories|ageRating)":/;

/**
 * Returns the page without the items that must not be shown any more, where it may have been built before
 * they were deleted or taken down, and without those that may not be shown to this audience; undefined when
 * nothing is left of it.
 */
function showable(
  deps: RecommenderDeps,
  snapshot: Snapshot,
  page: StoredPage | undefined,
  audience: Audience,
): StoredPage | undefined {
  if (page === undefined) return page;
  if (!snapshot.arePagesOutdated && !RESTRICTED.test(page.carousels)) return page;
  const mayBeShown = ({ id }: { readonly id: string }): boolean => {
    const seq = deps.seqOfItem(id);
    const row = seq === undefined ? undefined : snapshot.model.rowOf(seq);
    return row !== undefined && isShownTo(snapshot, audience, row);
  };
  // The cast is safe: this JSON is our own.
  const stored = JSON.parse(page.carousels) as Carousel[];
  const available = snapshot.arePagesOutdated
    ? stored.map((carousel) => ({ ...carousel, items: carousel.items.filter(mayBeShown) }))
    : stored;
  const carousels = shownTo(available, snapshot.editorial, audience);
  if (carousels.length === 0) return undefined;
  if (carousels === stored) return page;
  const json = JSON.stringify(carousels);
  return json === page.carousels
    ? page
    : { ...page, carousels: json, contentHash: contentHash(Buffer.from(json)) };
}
