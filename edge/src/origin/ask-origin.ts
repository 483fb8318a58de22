/** Asks the origin for an individual page. Any other answer becomes the reason to serve a stored page. */
import { formatDemand, parseCredit, type DemandReport } from "@spillway/shared/admission/credit.ts";
import type { OriginFailure } from "@spillway/shared/admission/edge-decision.ts";
import type { Refusal } from "@spillway/shared/protocol/problem.ts";
import type { Query } from "@spillway/shared/protocol/request-query.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import type { ServedReason } from "@spillway/shared/protocol/served.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { ForwardOutcome } from "../admission/admission.ts";
import { readIndividualPage, type IndividualPage } from "./individual-page.ts";
import type { OriginCall, OriginReply } from "./origin-call.ts";
import { refusalOf } from "./refusal-reply.ts";

export type OriginQuestion = {
  readonly user: string;
  readonly query: Query;
  /** The id of the visitor's cluster, which is the prior for a user without history. */
  readonly cluster: string;
  readonly signals: Signals;
  /** What the viewer did that the origin may not have heard of yet: a viewer state in base64url. */
  readonly unseen: string | undefined;
  /** Whom the page may be shown to. The signature covers the parameters that say so. */
  readonly audience: Audience;
  readonly ifNoneMatch: string | null;
  /** Undefined for a question that spends no credit. */
  readonly report: DemandReport | undefined;
  readonly deadlineMs: number;
  readonly nowMs: number;
  /** The origin's process as KV names it. */
  readonly instance: string | undefined;
};

export type OriginAnswer =
  | IndividualPage
  | Refusal
  | {
      readonly kind: "page";
      readonly reason: Extract<ServedReason, "over-threshold" | OriginFailure>;
    };

/** The answer, and what admission learns from it. */
export type Asked = { readonly answer: OriginAnswer; readonly outcome: ForwardOutcome };

const SIGNALS = HEADER.signals.toLowerCase();
const VIEWER = HEADER.viewer.toLowerCase();
const DEMAND = HEADER.demand.toLowerCase();
/** What a client sends is passed on where it can be signed: platforms differ in how they send other bytes. */
const ENTITY_TAGS = /^[\x21-\x7e][\x20-\x7e]{0,1000}$/;

export async function askOrigin(call: OriginCall, question: OriginQuestion): Promise<Asked> {
  const {
    user,
    query,
    cluster,
    signals,
    unseen,
    audience,
    ifNoneMatch,
    report,
    deadlineMs,
    nowMs,
    instance,
  } = question;
  const parameters = new URLSearchParams({ user, context: query.context, cluster });
  if (query.subject !== undefined) parameters.set(query.subject.name, query.subject.value);
  if (audience.country !== undefined) parameters.set("country", audience.country);
  if (audience.ageLimit !== undefined) parameters.set("rating", String(audience.ageLimit));
  const reply = await call({
    method: "GET",
    path: `/recommendations?${parameters.toString()}`,
    headers: {
      accept: "application/json",
      [SIGNALS]: formatSignals(signals),
      ...(unseen !== undefined && { [VIEWER]: unseen }),
      ...(ifNoneMatch !== null && ENTITY_TAGS.test(ifNoneMatch) && { "if-none-match": ifNoneMatch }),
      ...(report !== undefined && { [DEMAND]: formatDemand(report) }),
    },
    deadlineMs,
    nowMs,
    instance,
  });
  if (reply.kind === "none") return failed(reply.reason);
  if (reply.status >= 500) return failed("origin-error");
  return {
    answer: toAnswer(reply, question),
    outcome: { kind: "answered", credit: parseCredit(reply.headers.get(HEADER.credit)) },
  };
}

function failed(reason: OriginFailure): Asked {
  return { answer: { kind: "page", reason }, outcome: { kind: "failed", reason } };
}

type Reply = Extract<OriginReply, { kind: "reply" }>;

function toAnswer(reply: Reply, { query, ifNoneMatch }: OriginQuestion): OriginAnswer {
  const { status, body } = reply;
  if (status === 429) return { kind: "page", reason: "over-threshold" };
  // The origin checks what the edge cannot, such as whether an item exists. All else that a visitor may ask
  // has been checked here, so that no refusal is taken in the place of a page.
  if ((status === 400 || status === 404) && query.subject !== undefined) return refusalOf(status, body);
  return (
    readIndividualPage(reply, { context: query.context, ifNoneMatch }) ?? {
      kind: "page",
      reason: "origin-error",
    }
  );
}

/**
 * JSON in ASCII, since a header field holds nothing else, and a byte that changes on its way breaks the
 * signature.
 */
function formatSignals(signals: Signals): string {
  return JSON.stringify(signals).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
