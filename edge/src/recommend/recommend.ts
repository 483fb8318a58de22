/**
 * `GET /recommendations`: request → signals → cluster → admission → individual page or stored page →
 * response. Where all is in memory, the response is a value, and nothing is waited for: see maybe-promise.ts.
 */
import type { Refusal } from "@spillway/shared/protocol/problem.ts";
import type { SiteHosts } from "@spillway/shared/signals/site-hosts.ts";
import type { Admission } from "../admission/admission.ts";
import type { ServedCounts } from "../metrics/served-counts.ts";
import { claimOf } from "../admission/claim.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import { refusalResponse } from "../problem-response.ts";
import type { AudienceConfig } from "../request/audience.ts";
import { entryCookie } from "../request/entry-cookie.ts";
import type { Incoming } from "../request/incoming.ts";
import type { RequestContext } from "../request/request-context.ts";
import { servedCall, servedOf } from "../serving-log/served-call.ts";
import type { Sample } from "../serving-log/sample.ts";
import type { ServingLog } from "../serving-log/serving-log.ts";
import { individualPage, type IndividualPageDeps } from "./individual-page.ts";
import { placeVisit, type PlacedVisit } from "./placed-visit.ts";
import { toResponse, type Outcome } from "./response.ts";
import { storedPage } from "./stored-page.ts";
import { isCarried, saysSomething } from "../viewer/viewer.ts";
import type { ViewerRequest, Viewers } from "../viewer/viewers.ts";
import { readVisit, type Visit, type VisitDeps } from "./visit.ts";

export type RecommendDeps = VisitDeps &
  IndividualPageDeps & {
    readonly servingLog: ServingLog;
    readonly sample: Pick<Sample, "add">;
    readonly servedCounts: Pick<ServedCounts, "add">;
    readonly viewers: Viewers;
    readonly config: SiteHosts & AudienceConfig & { readonly crossSiteCookies: boolean };
  };

export function recommend(
  deps: RecommendDeps,
  incoming: Incoming,
  requestContext: RequestContext,
): MaybePromise<Response> {
  return andThen(readVisit(deps, incoming, requestContext), (visit) => {
    if (visit.kind === "refused") return refusalResponse(visit);
    const placed = placeVisit(visit, deps.viewers.read(viewerRequest(visit)), deps.config);
    return andThen(serve(deps, placed), (outcome) => respond(deps, placed, outcome));
  });
}

function serve(deps: RecommendDeps, visit: PlacedVisit): MaybePromise<Outcome | Refusal> {
  return andThen(admit(deps, visit), (admission) =>
    admission.kind === "page"
      ? storedPage(deps, visit, admission.reason)
      : individualPage(deps, visit, admission),
  );
}

function admit(deps: RecommendDeps, visit: PlacedVisit): MaybePromise<Admission> {
  const { query, userHash, state, rule, heldOut, requestContext } = visit;
  const { routing, suspects } = state;
  const { nowMs, waitUntil } = requestContext;
  return deps.admission.admit(
    {
      mode: routing.modeAt(nowMs),
      rule,
      thresholdPerSec: routing.thresholdAt(nowMs),
      armedFromMs: routing.armedFrom(nowMs),
      originOnly: query.subject !== undefined,
      suspect: suspects.has(userHash, nowMs),
      heldOut,
      claim: claimOf({
        proven: visit.proven,
        carriesState: isCarried(visit.viewerReading),
        saysSomething: saysSomething(visit.viewerReading),
      }),
    },
    waitUntil,
  );
}

/** What the visit tells of its viewer. */
export function viewerRequest({ incoming, visitor, state, requestContext }: Visit): ViewerRequest {
  return {
    user: visitor.user,
    cookies: incoming.headers.get("cookie"),
    state,
    nowMs: requestContext.nowMs,
  };
}

function stateFromOrigin(outcome: Outcome): string | undefined {
  return outcome.kind === "individual" ? outcome.viewer : undefined;
}

function respond(deps: RecommendDeps, visit: PlacedVisit, outcome: Outcome | Refusal): Response {
  if (outcome.kind === "refused") return refusalResponse(outcome);
  const { incoming, query, visitor, userHash, state, signals, requestContext } = visit;
  const { address, headers } = incoming;
  const nowMs = deps.clock();
  const { version, slowMs } = state.routing;
  const isSlow = slowMs !== undefined && nowMs - requestContext.nowMs > slowMs;
  const facts = servedOf(outcome, version, isSlow);
  deps.servingLog.add(servedCall(incoming, userHash, query.context, facts), requestContext);
  deps.sample.add(visit, facts);
  deps.servedCounts.add(facts.as, facts.reason);
  return toResponse(outcome, {
    ifNoneMatch: headers.get("if-none-match"),
    cookies: [
      visitor.newCookie,
      entryCookie(headers, signals, requestContext.nowMs),
      deps.viewers.afterPage(viewerRequest(visit), visit.viewerReading, stateFromOrigin(outcome)),
    ],
    cookieSite: { secure: address.secure, crossSite: deps.config.crossSiteCookies },
    startedMs: requestContext.nowMs,
    nowMs,
    clockOffsetMs: state.editorial.clockOffsetMs,
  });
}
