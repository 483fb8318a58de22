/** The origin's page for a visit that was admitted, or the stored one where the origin has none. */
import type { Refusal } from "@spillway/shared/protocol/problem.ts";
import type { Admission, Admit } from "../admission/admission.ts";
import { askOrigin } from "../origin/ask-origin.ts";
import type { OriginCall } from "../origin/origin-call.ts";
import { originTimeoutMs } from "./deadlines.ts";
import { withHoldoutReason } from "./holdout-policy.ts";
import type { PlacedVisit } from "./placed-visit.ts";
import type { Outcome } from "./response.ts";
import { unseenText } from "../viewer/unseen-text.ts";
import { speculativeRead } from "./speculative-read.ts";
import { findStored, storedPage, type StoredPageDeps } from "./stored-page.ts";

export type IndividualPageDeps = StoredPageDeps & {
  readonly admission: Admit;
  readonly callOrigin: OriginCall;
};

export async function individualPage(
  deps: IndividualPageDeps,
  visit: PlacedVisit,
  { ticket, credited }: Extract<Admission, { kind: "forward" }>,
): Promise<Outcome | Refusal> {
  const { incoming, visitor, query, signals, audience, cluster, heldOut, requestContext } = visit;
  const { routing } = visit.state;
  const stored = speculativeRead(!credited, () => findStored(deps, visit));
  const { answer, outcome } = await askOrigin(deps.callOrigin, {
    user: visitor.user,
    query,
    cluster: cluster.id,
    signals,
    unseen: unseenText(visit.viewerReading, visit.userHash),
    audience,
    ifNoneMatch: incoming.headers.get("if-none-match"),
    report: ticket.report && { ...ticket.report, version: routing.version, ...routing.obeyed },
    deadlineMs: originTimeoutMs(requestContext.nowMs, routing.deadlineMs, deps.clock()),
    nowMs: requestContext.nowMs,
    instance: routing.origin,
  });
  // Every forward is settled, so that admission learns from it.
  deps.admission.settle(ticket, outcome);
  switch (answer.kind) {
    case "refused":
      return answer;
    case "individual":
      return { ...answer, served: withHoldoutReason(answer.served, heldOut) };
    case "page":
      return storedPage(deps, visit, answer.reason, stored());
  }
}
