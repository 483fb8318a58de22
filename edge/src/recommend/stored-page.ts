/**
 * The page that is stored for a visit: tailored to its viewer where one is known, and with what editors have
 * laid over it.
 */
import type { Cluster } from "@spillway/shared/clusters/cluster-index.ts";
import type { PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import type { Query } from "@spillway/shared/protocol/request-query.ts";
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import { builtinPage } from "../pages/builtin-page.ts";
import type { FoundPage } from "../pages/found-page.ts";
import { findPage } from "../pages/ladder.ts";
import type { PageSource } from "../pages/page-source.ts";
import type { PinOverlay } from "../pages/pin-overlay.ts";
import type { TailorPage } from "../pages/tailor-page.ts";
import { EVERYBODY } from "../published/cluster-source.ts";
import type { ViewerMap } from "../viewer/viewer-map.ts";
import { NO_VIEWER, type Viewer } from "../viewer/viewer.ts";
import { pageReadEndsMs } from "./deadlines.ts";
import { viewerOf } from "./mapped-viewer.ts";
import type { PlacedVisit } from "./placed-visit.ts";
import type { PageOutcome } from "./response.ts";

export type StoredPageDeps = {
  readonly pages: PageSource;
  readonly overlay: PinOverlay;
  readonly tailor: TailorPage;
  readonly viewerMap: ViewerMap;
  readonly kvDeadlineMs: number;
  readonly clock: () => number;
};

/** A promise only where KV is waited for. */
export function storedPage(
  deps: StoredPageDeps,
  visit: PlacedVisit,
  reason: ServedReason,
  found: MaybePromise<FoundPage> = findStored(deps, visit, reason),
): MaybePromise<PageOutcome> {
  const { query, cluster } = visit;
  const standsInFor = query.subject && { context: query.context, [query.subject.name]: query.subject.value };
  const viewer = isTailored(reason, visit)
    ? viewerOf(deps.viewerMap, visit, () => readEndsMs(deps, visit))
    : NO_VIEWER;
  return andThen(viewer, (known) =>
    andThen(shownPage(deps, visit, known, found), (page) => ({
      kind: "page",
      reason,
      assigned: cluster.id,
      standsInFor,
      page,
    })),
  );
}

/**
 * With the visitor's pins, and what they may see of it. Where that is nothing, the next page up the ladder.
 */
function shownPage(
  deps: StoredPageDeps,
  visit: PlacedVisit,
  viewer: Viewer,
  found: MaybePromise<FoundPage>,
): MaybePromise<FoundPage> {
  const { query, signals, audience, requestContext } = visit;
  const { editorial } = visit.state;
  const context = storedContext(query);
  const pins = editorial.pinsFor(signals, context, requestContext.nowMs);
  return andThen(found, (page) => {
    const shown =
      tailored(deps, visit, viewer, page, pins) ??
      deps.overlay.apply(page, context, pins, editorial, audience);
    if (shown !== undefined) return shown;
    if (page.above === undefined) return builtinPage(context);
    return shownPage(deps, visit, viewer, findFrom(deps, visit, visit.cluster, page.above));
  });
}

/**
 * Where the origin was not asked, or had no answer. Who was to get another page than their own gets that one.
 */
const TAILORED_REASONS: ReadonlySet<ServedReason> = new Set<ServedReason>([
  "over-threshold",
  "deadline",
  "origin-error",
  "origin-unreachable",
  "forced",
]);

function isTailored(reason: ServedReason, { rule }: PlacedVisit): boolean {
  return TAILORED_REASONS.has(reason) || (reason === "rule" && rule?.kind === "tailored");
}

function tailored(
  { tailor }: StoredPageDeps,
  { query, state, audience, requestContext }: PlacedVisit,
  viewer: Viewer,
  page: FoundPage,
  pins: readonly PublishedPin[],
): FoundPage | undefined {
  const { packs, editorial } = state;
  if (viewer.kind === "none" || packs === undefined) return undefined;
  const context = storedContext(query);
  const { nowMs } = requestContext;
  const own = tailor(page, { packs, viewer: viewer.state, context, pins, editorial, audience, nowMs });
  return own && { ...own, viewer: viewer.carrier };
}

export function findStored(
  deps: StoredPageDeps,
  visit: PlacedVisit,
  reason?: ServedReason,
): MaybePromise<FoundPage> {
  const whose = reason === "holdout" ? EVERYBODY : visit.cluster;
  return findFrom(deps, visit, whose, whose);
}

function findFrom(
  deps: StoredPageDeps,
  visit: PlacedVisit,
  assigned: Cluster,
  start: Cluster,
): MaybePromise<FoundPage> {
  const { query, requestContext } = visit;
  const endsMs = readEndsMs(deps, visit);
  return findPage(deps.pages, storedContext(query), assigned, requestContext, endsMs, deps.clock, start);
}

function readEndsMs({ kvDeadlineMs, clock }: StoredPageDeps, { state, requestContext }: PlacedVisit): number {
  return pageReadEndsMs(requestContext.nowMs, state.routing.deadlineMs, kvDeadlineMs, clock());
}

/** No page is stored for a query: the visitor's homepage stands in. */
function storedContext({ subject, context }: Query): string {
  return subject === undefined ? context : "homepage";
}
