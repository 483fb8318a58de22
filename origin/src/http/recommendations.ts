/**
 * Answers `GET /recommendations` at the origin: individually as long as the gate admits, else with stored
 * pages (docs/architecture.md#the-http-contract).
 */
import { Hono } from "hono";
import { formatCredit, type Credit } from "@spillway/shared/admission/credit.ts";
import { PROBLEM_HEADERS, refused, refusalProblem, type Refusal } from "@spillway/shared/protocol/problem.ts";
import { readCluster, readQuery as readPageQuery } from "@spillway/shared/protocol/request-query.ts";
import { formatServed, type Served } from "@spillway/shared/protocol/served.ts";
import { GENERIC_CLUSTER, HEADER } from "@spillway/shared/protocol/wire.ts";
import type { Audience } from "@spillway/shared/protocol/restrictions.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { IsolateVersions } from "../rollout/isolate-versions.ts";
import type { Answer } from "../serving/answers/answer.ts";
import type { Recommender } from "../serving/answers/recommender.ts";
import type { RoutingGate } from "../serving/gate/routing-gate.ts";
import { readEdgeRequest, type Asked, type EdgeRequest } from "./edge-request.ts";
import { parametersOfUrl } from "./parameters.ts";
import { readUnseen, viewerFields, type ViewerHeadersDeps } from "./viewer-headers.ts";

export const PAGE_PATH = "/recommendations";

export type RecommendationsDeps = Pick<ViewerHeadersDeps, "hashUser" | "tailoring"> & {
  readonly recommender: Recommender;
  readonly gate: RoutingGate;
  readonly isolateVersions: Pick<IsolateVersions, "heard">;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
  /** The content's clock. */
  readonly contentNowMs: () => number;
};

type Query = {
  readonly kind: "query";
  readonly user: string | undefined;
  readonly context: string;
  readonly cluster: string | undefined;
  readonly item: string | undefined;
  readonly q: string | undefined;
  readonly audience: Audience;
};

export function recommendationsRoute(deps: RecommendationsDeps): Hono {
  return new Hono().get(PAGE_PATH, (c) =>
    responseOf(
      answerPage(deps, { url: c.req.url, header: (name) => c.req.header(name), edge: readEdgeRequest(c) }),
    ),
  );
}

/** What a request for a page is answered with. */
export type PageReply = {
  readonly status: number;
  /** More may be added. */
  readonly fields: Record<string, string>;
  /** Undefined: none. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
};

export function responseOf({ status, fields, body }: PageReply): Response {
  return new Response(body ?? null, { status, headers: fields });
}

/** A value and no promise: there is nothing to wait for. */
export function answerPage(deps: RecommendationsDeps, asked: Asked): PageReply {
  const startedMs = performance.now();
  const nowMs = deps.nowMs();
  const { edge } = asked;
  if (edge?.report !== undefined) deps.isolateVersions.heard(edge.report.isolate, edge.report, nowMs);
  const query = readQuery(asked.url);
  const { answer, credit }: Reply =
    query.kind === "refused" ? { answer: query } : answerOf(deps, query, edge, nowMs);
  const fields: Record<string, string> = {};
  if (credit !== undefined) fields[HEADER.credit] = formatCredit(credit);
  fields["Server-Timing"] = `origin;dur=${(performance.now() - startedMs).toFixed(2)}`;
  if (answer.kind === "over-threshold") return { status: 429, fields, body: undefined };
  if (answer.kind === "refused") return refusalReply(answer, fields);
  deps.metrics.recommendations.inc({
    served: answer.served.as,
    reason: answer.served.reason,
    context: answer.context,
  });
  if (answer.viewer !== undefined && query.kind === "query" && query.user !== undefined) {
    Object.assign(fields, viewerFields(asked, query.user, answer.viewer, deps));
  }
  return pageReply(asked, answer, fields, nowMs, deps.contentNowMs());
}

type Reply = {
  /** `over-threshold` is an empty answer to our edge, which has the page itself. */
  readonly answer: Answer | { readonly kind: "over-threshold" };
  readonly credit?: Credit | undefined;
};

function readQuery(url: string): Query | Refusal {
  const parameters = parametersOfUrl(url);
  const asked = readPageQuery(parameters);
  if (asked.kind === "refused") return asked;
  const cluster = readCluster(parameters);
  if (typeof cluster === "object") return cluster;
  const { user, context, subject, audience } = asked.query;
  if (user === undefined && cluster === undefined) {
    return refused(400, "user", "is missing (or name a cluster)");
  }
  const about = (name: "item" | "q") => (subject?.name === name ? subject.value : undefined);
  return { kind: "query", user, context, cluster, item: about("item"), q: about("q"), audience };
}

function answerOf(
  { recommender, gate, metrics, hashUser }: RecommendationsDeps,
  query: Query,
  edge: EdgeRequest | undefined,
  nowMs: number,
): Reply {
  const { user, context, cluster = GENERIC_CLUSTER, audience } = query;
  const aboutItems = context === "similar" || context === "search";
  // A gateway that is not our edge names a cluster. It gets the cluster's stored page, without inference.
  if (user === undefined || (query.cluster !== undefined && edge === undefined)) {
    const answer = aboutItems
      ? recommender.related(query, "requested", nowMs)
      : recommender.storedPage(context, cluster, "requested", nowMs, audience);
    return { answer };
  }
  const { gate: decision, credit } = gate.request(edge?.report);
  if (!decision.admitted) {
    metrics.gateShed.inc({ reason: decision.reason });
    const why = gate.mode() === "force-cluster" ? "forced" : "over-threshold";
    if (aboutItems) return { answer: recommender.related(query, why, nowMs), credit };
    if (edge !== undefined) return { answer: { kind: "over-threshold" }, credit };
    return { answer: recommender.storedPage(context, cluster, why, nowMs, audience) };
  }
  metrics.gateInFlight.inc();
  try {
    const reason = gate.mode() === "force-individual" ? "forced" : "admitted";
    const unseen = readUnseen(edge?.viewerText, user, hashUser);
    const visitor = { user, cluster, signals: edge?.signals, audience, unseen };
    const answer = aboutItems
      ? recommender.related(query, reason, nowMs, visitor)
      : recommender.individual(context, visitor, reason, nowMs);
    return { answer, credit };
  } finally {
    gate.release();
    metrics.gateInFlight.dec();
  }
}

function pageReply(
  { header }: Asked,
  answer: Extract<Answer, { kind: "page" }>,
  fields: Record<string, string>,
  nowMs: number,
  contentNowMs: number,
): PageReply {
  const served: Served = { ...answer.served, ageS: (nowMs - answer.builtMs) / 1000 };
  fields[HEADER.served] = formatServed(served);
  fields[HEADER.now] = new Date(contentNowMs).toISOString();
  fields["Cache-Control"] = "private, no-cache";
  // The ETag is weak, since the page's generation and time may change while its content stays the same.
  fields["ETag"] = `W/"${answer.contentHash}"`;
  if (header("if-none-match")?.includes(`"${answer.contentHash}"`) === true) {
    return { status: 304, fields, body: undefined };
  }
  fields["Content-Type"] = "application/json; charset=utf-8";
  return { status: 200, fields, body: answer.body };
}

function refusalReply(refusal: Refusal, fields: Record<string, string>): PageReply {
  const problem = refusalProblem(refusal);
  return {
    status: problem.status,
    fields: { ...fields, ...PROBLEM_HEADERS },
    body: new TextEncoder().encode(JSON.stringify(problem)),
  };
}
