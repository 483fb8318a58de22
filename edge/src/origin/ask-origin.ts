/** Asks the origin for an individual page. Any other answer becomes the reason to serve a stored page. */
import { formatDemand, parseCredit, type DemandReport } from "@spillway/shared/admission/credit.ts";
import type { OriginFailure } from "@spillway/shared/admission/edge-decision.ts";
import { refused, type Problem, type Refusal } from "@spillway/shared/protocol/problem.ts";
import type { Query } from "@spillway/shared/protocol/request-query.ts";
import { parseServed, type Served, type ServedReason } from "@spillway/shared/protocol/served.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { COOKIE, HEADER } from "@spillway/shared/protocol/wire.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { ForwardOutcome } from "../admission/admission.ts";
import type { OriginCall, OriginReply } from "./origin-call.ts";

export type OriginQuestion = {
  readonly user: string;
  readonly query: Query;
  /** The id of the visitor's cluster, which is the prior for a user without history. */
  readonly cluster: string;
  readonly signals: Signals;
  readonly ifNoneMatch: string | null;
  /** Undefined for a question that spends no credit. */
  readonly report: DemandReport | undefined;
  readonly deadlineMs: number;
  readonly nowMs: number;
};

/** The origin's page, and what it says about it. */
export type IndividualPage = {
  readonly kind: "individual";
  readonly status: 200 | 304;
  readonly body: Uint8Array;
  readonly served: Served;
  /** The content's clock, `Spillway-Now`. */
  readonly contentNow: string | null;
  readonly etag: string | null;
  readonly serverTiming: string | null;
  readonly profileCookie: string | undefined;
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

export async function askOrigin(call: OriginCall, question: OriginQuestion): Promise<Asked> {
  const { user, query, cluster, signals, ifNoneMatch, report, deadlineMs, nowMs } = question;
  const parameters = new URLSearchParams({ user, context: query.context, cluster });
  if (query.subject !== undefined) parameters.set(query.subject.name, query.subject.value);
  const reply = await call({
    purpose: "recommendations",
    method: "GET",
    path: `/recommendations?${parameters.toString()}`,
    headers: {
      accept: "application/json",
      [HEADER.signals]: formatSignals(signals),
      ...(ifNoneMatch !== null && { "if-none-match": ifNoneMatch }),
    },
    demand: report && formatDemand(report),
    deadlineMs,
    nowMs,
  });
  if (reply.kind === "none") return failed(reply.reason);
  if (reply.status >= 500) return failed("origin-error");
  return {
    answer: toAnswer(reply),
    outcome: { kind: "answered", credit: parseCredit(reply.headers.get(HEADER.credit)) },
  };
}

function failed(reason: OriginFailure): Asked {
  return { answer: { kind: "page", reason }, outcome: { kind: "failed", reason } };
}

function toAnswer({ status, headers, body }: Extract<OriginReply, { kind: "reply" }>): OriginAnswer {
  if (status === 429) return { kind: "page", reason: "over-threshold" };
  if (status === 400 || status === 404) return toRefusal(status, body);
  const served = headers.get(HEADER.served);
  if ((status !== 200 && status !== 304) || served === null) return { kind: "page", reason: "origin-error" };
  return {
    kind: "individual",
    status,
    body,
    // An origin of a newer version may say what this edge does not know; its page is good all the same.
    served: parseServed(served) ?? { as: "individual", reason: "admitted" },
    contentNow: headers.get(HEADER.now),
    etag: headers.get("etag"),
    serverTiming: headers.get("server-timing"),
    profileCookie: headers.getSetCookie().find((cookie) => cookie.startsWith(`${COOKIE.profile}=`)),
  };
}

/** JSON in ASCII, since a header field holds nothing else. */
function formatSignals(signals: Signals): string {
  const json = JSON.stringify(signals);
  if (signals.texts === undefined) return json;
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The origin checks what the edge cannot, such as whether an item exists; its problem names it. */
function toRefusal(status: 400 | 404, body: Uint8Array): Refusal {
  const { key = "request", reason = "is not valid" } = firstError(body);
  return refused(status, key, reason);
}

function firstError(body: Uint8Array): Partial<Issue> {
  try {
    const { errors } = JSON.parse(new TextDecoder().decode(body)) as Partial<Problem>;
    return errors?.[0] ?? {};
  } catch {
    // The status alone says enough for a client to act on.
    return {};
  }
}
