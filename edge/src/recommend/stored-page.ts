/** The page that is stored for a visit, with what editors have laid over it. */
import type { Query } from "@spillway/shared/protocol/request-query.ts";
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import type { FoundPage } from "../pages/found-page.ts";
import { findPage } from "../pages/ladder.ts";
import type { PageSource } from "../pages/page-source.ts";
import type { PinOverlay } from "../pages/pin-overlay.ts";
import { EVERYBODY } from "../published/cluster-source.ts";
import { pageReadEndsMs } from "./deadlines.ts";
import type { PlacedVisit } from "./placed-visit.ts";
import type { PageOutcome } from "./response.ts";

export type StoredPageDeps = {
  readonly pages: PageSource;
  readonly overlay: PinOverlay;
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
  const { query, signals, cluster, requestContext } = visit;
  const { editorial } = visit.state;
  const context = storedContext(query);
  return andThen(found, (page) => ({
    kind: "page",
    reason,
    assigned: cluster.id,
    standsInFor: query.subject && { context: query.context, [query.subject.name]: query.subject.value },
    page: deps.overlay.apply(
      page,
      context,
      editorial.pinsFor(signals, context, requestContext.nowMs),
      editorial,
    ),
  }));
}

export function findStored(
  { pages, kvDeadlineMs, clock }: StoredPageDeps,
  { query, cluster, state, requestContext }: PlacedVisit,
  reason?: ServedReason,
): MaybePromise<FoundPage> {
  const endsMs = pageReadEndsMs(requestContext.nowMs, state.routing.deadlineMs, kvDeadlineMs, clock());
  const whose = reason === "holdout" ? EVERYBODY : cluster;
  return findPage(pages, storedContext(query), whose, requestContext, endsMs, clock);
}

/** No page is stored for a query: the visitor's homepage stands in. */
function storedContext({ subject, context }: Query): string {
  return subject === undefined ? context : "homepage";
}
