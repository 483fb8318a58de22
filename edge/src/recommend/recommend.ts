/**
 * `GET /recommendations`: request → signals → cluster → admission → individual page or stored page →
 * response.
 */
import { ruleInForce } from "@spillway/shared/routing/rule-clusters.ts";
import type { Admission, Admit } from "../admission/admission.ts";
import type { UserHashes } from "../identity/user-hashes.ts";
import { askOrigin, type OriginAnswer, type OriginQuestion } from "../origin/ask-origin.ts";
import type { OriginCall } from "../origin/origin-call.ts";
import type { SiteHosts } from "@spillway/shared/signals/site-hosts.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { findPage } from "../pages/ladder.ts";
import type { PageSource } from "../pages/page-source.ts";
import type { PinOverlay } from "../pages/pin-overlay.ts";
import { assignCluster, EVERYBODY } from "../published/cluster-source.ts";
import { refusalResponse } from "../problem-response.ts";
import type { RequestContext } from "../request/request-context.ts";
import { entryCookie } from "../request/entry-cookie.ts";
import { requestSignals } from "../request/request-signals.ts";
import { servedCall, servedOf } from "../serving-log/served-call.ts";
import type { ServingLog } from "../serving-log/serving-log.ts";
import { originTimeoutMs, pageReadEndsMs } from "./deadlines.ts";
import { holdoutOf, withHoldoutReason } from "./holdout-policy.ts";
import { toResponse, type Outcome } from "./response.ts";
import { speculativeRead } from "./speculative-read.ts";
import { readVisit, type Visit, type VisitDeps } from "./visit.ts";

export type RecommendDeps = VisitDeps & {
  readonly pages: PageSource;
  readonly overlay: PinOverlay;
  readonly admission: Admit;
  readonly callOrigin: OriginCall;
  readonly kvDeadlineMs: number;
  readonly servingLog: ServingLog;
  /** As the set of suspects names users. */
  readonly userHashes: UserHashes;
  readonly clock: () => number;
  readonly config: SiteHosts;
};

export async function recommend(
  deps: RecommendDeps,
  request: Request,
  requestContext: RequestContext,
): Promise<Response> {
  const visit = await readVisit(deps, request, requestContext);
  if (visit.kind === "refused") return refusalResponse(visit);
  const signals = requestSignals(request, visit.address, deps.config);
  const outcome = await serve(deps, request, visit, signals, requestContext);
  if (outcome.kind === "refused") return refusalResponse(outcome);
  const { address, query, visitor, state } = visit;
  deps.servingLog.add(servedCall(request, visitor.user, query.context, servedOf(outcome)), requestContext);
  return toResponse(outcome, {
    ifNoneMatch: request.headers.get("if-none-match"),
    newCookie: visitor.newCookie,
    entryCookie: entryCookie(request.headers, signals, requestContext.nowMs),
    secure: address.secure,
    startedMs: requestContext.nowMs,
    nowMs: deps.clock(),
    clockOffsetMs: state.editorial.clockOffsetMs,
  });
}

async function serve(
  deps: RecommendDeps,
  request: Request,
  { query, visitor: { user }, state }: Visit,
  signals: Signals,
  requestContext: RequestContext,
): Promise<Outcome | Extract<OriginAnswer, { kind: "refused" }>> {
  const { clusters, routing, editorial, suspects } = state;
  const { nowMs, waitUntil } = requestContext;

  const rule = ruleInForce(routing.ruleFor(signals), clusters);
  const cluster = assignCluster(clusters, rule, signals);

  const heldOut = holdoutOf(routing, rule, user);
  const admission = await deps.admission.admit(
    {
      mode: routing.mode,
      rule,
      thresholdPerSec: routing.bandAt(nowMs).threshold_per_s,
      originOnly: query.subject !== undefined,
      // A hash takes microseconds, so it is made only where anybody is listed.
      suspect: suspects.size > 0 && suspects.has(deps.userHashes.of(user), nowMs),
      heldOut,
    },
    waitUntil,
  );

  // No page is stored for a query: the visitor's homepage stands in.
  const context = query.subject === undefined ? query.context : "homepage";
  const isGeneric = admission.kind === "page" && admission.reason === "holdout";
  const storedPage = speculativeRead(admission.kind === "forward" && !admission.credited, () => {
    const endsMs = pageReadEndsMs(nowMs, routing.deadlineMs, deps.kvDeadlineMs, deps.clock());
    return findPage(deps.pages, context, isGeneric ? EVERYBODY : cluster, requestContext, endsMs, deps.clock);
  });

  const answer =
    admission.kind === "page"
      ? admission
      : await ask(deps, admission, {
          user,
          query,
          cluster: cluster.id,
          signals,
          ifNoneMatch: request.headers.get("if-none-match"),
          report: admission.ticket.report,
          deadlineMs: originTimeoutMs(nowMs, routing.deadlineMs, deps.clock()),
          nowMs,
          instance: routing.origin,
        });
  if (answer.kind === "refused") return answer;
  if (answer.kind === "individual") return { ...answer, served: withHoldoutReason(answer.served, heldOut) };

  const page = await storedPage();
  const pins = editorial.pinsFor(signals, context, nowMs);
  return {
    kind: "page",
    reason: answer.reason,
    assigned: cluster.id,
    standsInFor: query.subject && { context: query.context, [query.subject.name]: query.subject.value },
    page: await deps.overlay.apply(page, context, pins, editorial),
  };
}

/** Every forward is settled, so that admission learns from it. */
async function ask(
  { callOrigin, admission }: RecommendDeps,
  { ticket }: Extract<Admission, { kind: "forward" }>,
  question: OriginQuestion,
): Promise<OriginAnswer> {
  const { answer, outcome } = await askOrigin(callOrigin, question);
  admission.settle(ticket, outcome);
  return answer;
}
