/** `GET /recommendations`: request → signals → cluster → admission → origin | page → response, and no logic besides. */
import type { Admission, Admit } from "../admission/admission.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/wire.ts";
import { readAddress, type Address } from "../request/address.ts";
import { builtinPage } from "../pages/builtin-page.ts";
import { isHeldOut } from "@spillway/shared/holdout.ts";
import { assignCluster, EVERYBODY } from "../published/cluster-source.ts";
import type { Moment } from "../deadline.ts";
import type { FoundPage } from "../pages/found-page.ts";
import { findPage } from "../pages/ladder.ts";
import type { OriginCall } from "../origin/origin-call.ts";
import { askOrigin, type OriginAnswer, type OriginQuestion } from "../origin/ask-origin.ts";
import type { PageSource } from "../pages/page-source.ts";
import type { PinOverlay } from "../pages/pin-overlay.ts";
import type { PublishedState, PublishedStateReader } from "../published/published-state.ts";
import { parametersOf, readQuery, refuseUnknownContext, type Query } from "../request/request-query.ts";
import { requestSignals } from "../request/request-signals.ts";
import { servedCall, servedOf } from "../serving-log/served-call.ts";
import type { ServingLog } from "../serving-log/serving-log.ts";
import { refusalResponse, toResponse, type PageOutcome } from "./response.ts";
import type { UserTokens } from "../identity/user-token.ts";
import type { UserHashes } from "../identity/user-hashes.ts";
import { identify } from "../identity/visitor.ts";

export type RecommendDeps = {
  readonly state: PublishedStateReader;
  readonly pages: PageSource;
  readonly overlay: PinOverlay;
  readonly admission: Admit;
  readonly callOrigin: OriginCall;
  /** Undefined: the `user` parameter is believed. */
  readonly userTokens: UserTokens | undefined;
  readonly kvDeadlineMs: number;
  readonly servingLog: ServingLog;
  /** As the set of suspects names users. */
  readonly userHashes: UserHashes;
  readonly clock: () => number;
  readonly newId: () => string;
};

export async function recommend(deps: RecommendDeps, request: Request, moment: Moment): Promise<Response> {
  const address = readAddress(request.url);
  const asked = readQuery(parametersOf(address.search), deps.userTokens === undefined);
  if (asked.kind === "refused") return refusalResponse(asked);
  const state = await deps.state(moment);
  const unknown = refuseUnknownContext(asked.query.context, state.clusters?.contexts ?? PAGE_CONTEXTS);
  if (unknown !== undefined) return refusalResponse(unknown);
  const proven = deps.userTokens?.userOf(request.headers, moment.nowMs);
  // Nobody waits for a token that this isolate knows.
  const user = asked.query.user ?? (proven instanceof Promise ? await proven : proven);
  const cookies = user === undefined ? request.headers.get("cookie") : null;
  const visitor = identify(user, cookies, address.secure, deps.newId);
  const outcome = await serve(deps, {
    request,
    address,
    query: asked.query,
    user: visitor.user,
    state,
    moment,
  });
  if (outcome.kind === "refused") return refusalResponse(outcome);
  deps.servingLog.add(servedCall(request, visitor.user, asked.query.context, servedOf(outcome)), moment);
  return toResponse(outcome, {
    ifNoneMatch: request.headers.get("if-none-match"),
    newCookie: visitor.newCookie,
    secure: address.secure,
    startedMs: moment.nowMs,
    nowMs: deps.clock(),
    clockOffsetMs: state.editorial.clockOffsetMs,
  });
}

type Visit = {
  readonly request: Request;
  readonly address: Address;
  readonly query: Query;
  readonly user: string;
  readonly state: PublishedState;
  readonly moment: Moment;
};

async function serve(
  deps: RecommendDeps,
  { request, address, query, user, state, moment }: Visit,
): Promise<Exclude<OriginAnswer, { kind: "page" }> | PageOutcome> {
  const { clusters, routing, editorial, suspects } = state;
  const { nowMs } = moment;
  const signals = requestSignals(request, address);
  const rule = routing.ruleFor(signals);
  const cluster = assignCluster(clusters, rule, signals);
  const { holdout } = routing;
  const heldOut = holdout !== undefined && isHeldOut(holdout, user) ? holdout.serve : undefined;
  const input = {
    mode: routing.mode,
    rule,
    thresholdPerSec: routing.bandAt(nowMs).threshold_per_s,
    originOnly: query.subject !== undefined,
    // A hash takes microseconds: only where anybody is listed.
    suspect: suspects.size > 0 && suspects.has(deps.userHashes.of(user), nowMs),
    heldOut,
  };
  const admission = await deps.admission.admit(input, moment.waitUntil);
  // No page is stored for a query: the visitor's homepage stands in.
  const context = query.subject === undefined ? query.context : "homepage";
  const readPage = (): Promise<FoundPage> => {
    // What the origin has left of its deadline is the page's.
    const untilMs = Math.max(nowMs + routing.deadlineMs, deps.clock()) + deps.kvDeadlineMs;
    const isGeneric = admission.kind === "page" && admission.reason === "holdout";
    return findPage(deps.pages, context, isGeneric ? EVERYBODY : cluster, moment, untilMs, deps.clock);
  };
  // Without credit the origin may well refuse: the page is read beside the question, and nobody waits for it then.
  const early = admission.kind === "forward" && !admission.credited ? readPage() : undefined;
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
          // From the request's arrival: what reading KV has taken is gone.
          deadlineMs: Math.max(1, nowMs + routing.deadlineMs - deps.clock()),
          nowMs,
        });
  if (answer.kind === "individual" && heldOut === "individual" && rule === undefined) {
    return { ...answer, served: answer.served.replace(/;reason=admitted(?=;|$)/, ";reason=holdout") };
  }
  if (answer.kind !== "page") return answer;
  const page = await (early ?? readPage());
  const pins = editorial.pinsFor(signals, context, nowMs);
  return {
    kind: "page",
    reason: answer.reason,
    assigned: cluster.id,
    page: await deps.overlay.apply(page, context, pins, editorial.version),
  };
}

async function ask(
  { callOrigin, admission }: RecommendDeps,
  { ticket }: Extract<Admission, { kind: "forward" }>,
  question: OriginQuestion,
): Promise<OriginAnswer> {
  const { answer, heard } = await askOrigin(callOrigin, question);
  admission.settle(ticket, heard);
  return answer;
}

/** Whatever breaks inside the edge, a viewer gets a page. */
export function lastResort(request: Request, nowMs: number): Response {
  const asked = readQuery(new URL(request.url).searchParams);
  const context =
    asked.kind === "query" && asked.query.subject === undefined ? asked.query.context : "homepage";
  const outcome = {
    kind: "page",
    reason: "origin-error",
    assigned: "generic",
    page: builtinPage(context),
  } as const;
  return toResponse(outcome, {
    ifNoneMatch: null,
    newCookie: undefined,
    secure: false,
    startedMs: nowMs,
    nowMs,
    clockOffsetMs: 0,
  });
}
