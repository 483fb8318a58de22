/**
 * `POST /events`: a client's batch, taken once it is stored durably, whatever path served the page it is
 * about. The answer brings the viewer's cookie with what was posted.
 */
import { problemOf } from "@spillway/shared/protocol/problem.ts";
import { parametersOf } from "@spillway/shared/protocol/parameters.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { readUser } from "@spillway/shared/protocol/request-query.ts";
import { parseEventBatch, type StoredEvent } from "@spillway/shared/protocol/events.ts";
import { readEventBody } from "./event-body.ts";
import { readAddress } from "../request/address.ts";
import { readIncoming } from "../request/incoming.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { EventSink } from "./event-sink.ts";
import { requestSignals } from "../request/request-signals.ts";
import {
  problemResponse,
  refusalResponse,
  retryLaterResponse,
  tooManyResponse,
} from "../problem-response.ts";
import { POSTED, servedCall } from "../serving-log/served-call.ts";
import type { ServingLog } from "../serving-log/serving-log.ts";
import { isOneOfBearers } from "../identity/bearer.ts";
import type { UserTokens } from "../identity/user-token.ts";
import { identify, knownVisitor } from "../identity/visitor.ts";
import type { Failures } from "../failures.ts";
import { appendCookies } from "../set-cookie.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { PublishedStateReader } from "../published/published-state.ts";
import { ownUserOf } from "../viewer/posted-events.ts";
import type { KnownItems, Viewers } from "../viewer/viewers.ts";
import type { PostLimits } from "./post-limits.ts";

export type TakeEventsDeps = {
  readonly sink: EventSink;
  readonly limits: PostLimits;
  readonly failures: Pick<Failures, "count">;
  readonly servingLog: ServingLog;
  readonly hashUser: (user: string) => UserHash;
  /** Undefined: the `user` of the address, and of each event, is believed. */
  readonly userTokens: UserTokens | undefined;
  /** The bearers by which a gateway in front of the edge is known. */
  readonly gatewayTokens: readonly string[];
  readonly newId: () => string;
  readonly config: { readonly crossSiteCookies: boolean };
  readonly state: PublishedStateReader;
  readonly viewers: Viewers;
  /** The items by which events are understood. */
  readonly items: () => MaybePromise<KnownItems | undefined>;
};

/** The period of the limits in `wrangler.toml`. */
const RETRY_AFTER_S = 10;

export async function takeEvents(
  deps: TakeEventsDeps,
  request: Request,
  requestContext: RequestContext,
): Promise<Response> {
  const { nowMs } = requestContext;
  const incoming = readIncoming(request);
  const { address } = incoming;
  const { userTokens } = deps;
  const user =
    userTokens === undefined
      ? readUser(parametersOf(address.search))
      : (await userTokens.userOf(request.headers, nowMs))?.user;
  if (typeof user === "object") return refusalResponse(user);
  const body = await readEventBody(request);
  if (body.kind === "gone") {
    deps.failures.count("client-gone");
    return refusalResponse({ status: 400, key: "body", reason: "ended before it was complete" });
  }
  if (body.kind === "refused") return refusalResponse(body);
  const visitor = identify(user, request.headers.get("cookie"), address.secure, deps.newId);
  const isProven = userTokens !== undefined && user !== undefined;
  const batch = parseEventBatch(body.value, { user: visitor.user, nowMs });
  if (!batch.ok) return problemResponse(problemOf(400, "no event could be taken", batch.issues));
  const named =
    userTokens === undefined ? batch.events : batch.events.map((event) => ({ ...event, user: visitor.user }));
  const isFromGateway = await isGateway(deps, request.headers);
  const viewer = {
    user: isFromGateway ? visitor.user : ownUserOf(named, user, visitor.user),
    cookies: request.headers.get("cookie"),
    state: await deps.state(requestContext),
    nowMs,
  };
  const reading = deps.viewers.read(viewer);
  const signals = requestSignals(incoming, reading.signals);
  const signed = named.map((event) => ({ ...event, signals }));
  const events = isProven || isFromGateway ? signed : await withinLimits(deps, request, signed);
  if (events instanceof Response) return events;
  const items = deps.items();
  // Nothing is promised: the client keeps its events and sends them again.
  if (!(await deps.sink(events)))
    return retryLaterResponse("events", "cannot be stored at the moment; send them again");
  // A gateway may post for many users: the serving log counts each of them as somebody who came back.
  const actors = new Set(events.map((event) => event.user));
  for (const actor of actors.size === 0 ? [visitor.user] : actors)
    deps.servingLog.add(servedCall(incoming, deps.hashUser(actor), "events", POSTED), requestContext);
  const response = Response.json({ accepted: batch.events.length, refused: batch.refused }, { status: 202 });
  const cookies = [visitor.newCookie, await deps.viewers.afterEvents(viewer, reading, events, items)];
  const cookieSite = { secure: address.secure, crossSite: deps.config.crossSiteCookies };
  appendCookies(response.headers, cookies, cookieSite);
  return response;
}

/** A gateway in front of the edge vouches for the users whom it names, where no token of theirs does. */
async function isGateway({ userTokens, gatewayTokens }: TakeEventsDeps, headers: Headers): Promise<boolean> {
  return userTokens === undefined && isOneOfBearers(headers, gatewayTokens);
}

/** The events with what is known of who sends them; or the refusal, where a limit is exceeded. */
async function withinLimits(
  { limits, failures }: TakeEventsDeps,
  { headers, url }: Request,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[] | Response> {
  const verdict = await limits({
    cookie: knownVisitor(headers.get("cookie"), readAddress(url).secure),
    events,
    address: headers.get("cf-connecting-ip") ?? "",
  });
  if (verdict.kind === "over") {
    failures.count("events-limited");
    return tooManyResponse(verdict.key, verdict.reason, RETRY_AFTER_S);
  }
  const { network, proofOf } = verdict;
  return events.map((event) => ({ ...event, proof: proofOf(event.user), network }));
}
